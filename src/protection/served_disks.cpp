#include "protection/served_disks.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/file.hpp"

namespace holdfast::protection {
namespace {

namespace fs = std::filesystem;

hypervisor::SystemUser owner_of(const fs::path& folder) {
    struct stat status{};
    if (::stat(folder.c_str(), &status) != 0) throw os_error("Cannot look at " + folder.string(), errno);
    return {status.st_uid, status.st_gid};
}

}  // namespace

ServedDisks::ServedDisks(PointDisks disks, fs::path folder, std::optional<hypervisor::SystemUser> user)
    : disks_(std::move(disks)), folder_(std::move(folder)), user_(user), exports_(disks_.disks.size()) {
    make_directories(folder_, 0711);
    if (!user_) user_ = owner_of(folder_.parent_path());
}

std::vector<disk::NbdAddress> ServedDisks::addresses() const {
    std::vector<disk::NbdAddress> all;
    for (const auto& disk : disks_.description.disks)
        all.push_back({.socket = folder_ / (disk.target + ".sock"), .export_name = ""});
    return all;
}

bool ServedDisks::keep_up() {
    bool began = false;
    auto places = addresses();
    for (std::size_t i = 0; i < exports_.size(); ++i) {
        if (exports_[i] && exports_[i]->is_running()) continue;
        if (exports_[i])
            spdlog::warn("What serves {} ended; it is begun again: {}", disks_.disks[i].path,
                         exports_[i]->last_words());
        exports_[i].reset();
        exports_[i].emplace(disk::RestorePointExport::start(disks_.disks[i], places[i].socket));
        try {
            give_away(places[i].socket);
        } catch (...) {
            exports_[i].reset();
            throw;
        }
        began = true;
    }
    return began;
}

void ServedDisks::give_away(const fs::path& socket) const {
    if (owner_of(socket).user != user_->user && ::chown(socket.c_str(), user_->user, user_->group) != 0)
        throw Error(ErrorKind::forbidden,
                    fmt::format("Cannot give the socket {} to the user {}, under whom QEMU runs: {}",
                                socket.string(), user_->user, std::generic_category().message(errno)))
            .advise("Run Holdfast as root, or as the user under whom the virtual machines run.");
}

void ServedDisks::remove() {
    exports_.clear();
    exports_.resize(disks_.disks.size());
    std::error_code error;
    fs::remove_all(folder_, error);
    if (error) spdlog::warn("The folder {} could not be removed: {}", folder_.string(), error.message());
}

}  // namespace holdfast::protection
