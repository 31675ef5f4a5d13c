#include "protection/served_disks.hpp"

#include <spdlog/spdlog.h>

#include "base/file.hpp"
#include "hypervisor/system_user.hpp"

namespace holdfast::protection {

namespace fs = std::filesystem;

ServedDisks::ServedDisks(PointDisks disks, fs::path folder, std::optional<hypervisor::SystemUser> user)
    : disks_(std::move(disks)), folder_(std::move(folder)), user_(user), exports_(disks_.disks.size()) {
    make_directories(folder_, 0711);
    if (!user_) user_ = hypervisor::owner_of(folder_.parent_path());
}

std::vector<disk::NbdAddress> ServedDisks::addresses() const {
    std::vector<disk::NbdAddress> all;
    for (const auto& disk : disks_.description.disks)
        all.push_back({.socket = folder_ / (disk.target + ".sock"), .export_name = ""});
    return all;
}

void ServedDisks::keep_up() {
    auto places = addresses();
    for (std::size_t i = 0; i < exports_.size(); ++i) {
        if (exports_[i] && exports_[i]->is_running()) continue;
        if (exports_[i])
            spdlog::warn("What serves {} ended; it is begun again: {}", disks_.disks[i].path,
                         exports_[i]->last_words());
        exports_[i].reset();
        exports_[i].emplace(disk::RestorePointExport::start(disks_.disks[i], places[i].socket));
        try {
            hypervisor::give_to(places[i].socket, "the socket", *user_);
        } catch (...) {
            exports_[i].reset();
            throw;
        }
    }
}

void ServedDisks::remove() {
    exports_.clear();
    exports_.resize(disks_.disks.size());
    std::error_code error;
    fs::remove_all(folder_, error);
    if (error) spdlog::warn("The folder {} could not be removed: {}", folder_.string(), error.message());
}

}  // namespace holdfast::protection
