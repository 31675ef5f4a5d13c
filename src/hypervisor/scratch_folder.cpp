#include "hypervisor/scratch_folder.hpp"

#include <unistd.h>

#include <cerrno>

#include "base/error.hpp"
#include "base/file.hpp"
#include "hypervisor/system_user.hpp"

namespace holdfast::hypervisor {
namespace {

constexpr std::string_view name_prefix = "holdfast-backup-";

std::optional<SystemUser> owner_of_process(virDomainPtr domain) {
    virSecurityLabelPtr array = nullptr;
    int count = ::virDomainGetSecurityLabelList(domain, &array);
    std::unique_ptr<virSecurityLabel, FreeLibvirt> labels(array);
    for (int i = 0; i < count; ++i) {
        if (auto owner = parse_dac_label(array[i].label)) return owner;
    }
    return std::nullopt;
}

}  // namespace

std::filesystem::path make_scratch_folder(const std::filesystem::path& parent, virDomainPtr domain) {
    make_directories(parent, 0711);
    SystemUser owner = owner_of_process(domain).value_or(owner_of(parent));
    std::string path = std::filesystem::absolute(parent / std::string(name_prefix).append("XXXXXX")).native();
    if (::mkdtemp(path.data()) == nullptr)
        throw os_error("Cannot make a folder in " + parent.string(), errno);
    try {
        give_to(path, "the folder", owner);
    } catch (...) {
        ::rmdir(path.c_str());
        throw;
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
