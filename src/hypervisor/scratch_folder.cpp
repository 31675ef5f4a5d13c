#include "hypervisor/scratch_folder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

#include "base/error.hpp"
#include "base/file.hpp"

namespace holdfast::hypervisor {
namespace {

constexpr std::string_view name_prefix = "holdfast-backup-";

std::optional<unsigned> parse_id(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);  // "+107": certainly a number, not a name
    unsigned id = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return id;
}

std::optional<SystemUser> owner_of_process(virDomainPtr domain) {
    virSecurityLabelPtr array = nullptr;
    int count = ::virDomainGetSecurityLabelList(domain, &array);
    std::unique_ptr<virSecurityLabel, FreeLibvirt> labels(array);
    for (int i = 0; i < count; ++i) {
        if (auto owner = parse_dac_label(array[i].label)) return owner;
    }
    return std::nullopt;
}

SystemUser owner_of_folder(const std::filesystem::path& folder) {
    struct stat status{};
    if (::stat(folder.c_str(), &status) != 0) throw os_error("Cannot look at " + folder.string(), errno);
    return {status.st_uid, status.st_gid};
}

}  // namespace

std::optional<SystemUser> parse_dac_label(std::string_view label) {
    auto colon = label.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    auto user = parse_id(label.substr(0, colon));
    auto group = parse_id(label.substr(colon + 1));
    if (!user || !group) return std::nullopt;
    return SystemUser{*user, *group};
}

std::filesystem::path make_scratch_folder(const std::filesystem::path& parent, virDomainPtr domain) {
    make_directories(parent, 0711);
    SystemUser owner = owner_of_process(domain).value_or(owner_of_folder(parent));
    std::string path = std::filesystem::absolute(parent / std::string(name_prefix).append("XXXXXX")).native();
    if (::mkdtemp(path.data()) == nullptr)
        throw os_error("Cannot make a folder in " + parent.string(), errno);
    SystemUser now = owner_of_folder(path);
    bool must_change = now.user != owner.user;
    if (must_change && ::chown(path.c_str(), owner.user, owner.group) != 0) {
        int error = errno;
        ::rmdir(path.c_str());
        throw Error(ErrorKind::forbidden,
                    "Cannot give the folder " + path + " to the user " + std::to_string(owner.user) +
                        ", under whom QEMU runs: " + std::generic_category().message(error))
            .advise("Run Holdfast as root, or as the user under whom the virtual machines run.");
    }
    return path;
}

bool is_scratch_folder(const std::filesystem::path& folder, const std::filesystem::path& parent) {
    return folder.is_absolute() && folder.filename().native().starts_with(name_prefix) &&
           folder.parent_path() == std::filesystem::absolute(parent).lexically_normal();
}

void remove_scratch_folder(const std::filesystem::path& folder) {
    std::error_code error;
    // Only plain files of one level: the path may have come from another program.
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        std::error_code ignored;
        bool is_ours = entry.path().extension() == ".scratch" || entry.path().extension() == ".sock";
        if (is_ours) std::filesystem::remove(entry.path(), ignored);
    }
    if (error == std::errc::no_such_file_or_directory) return;
    if (::rmdir(folder.c_str()) != 0 && errno != ENOENT)
        throw os_error("Cannot remove the folder " + folder.string(), errno);
}

}  // namespace holdfast::hypervisor
