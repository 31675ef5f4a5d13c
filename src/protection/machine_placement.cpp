#include "protection/machine_placement.hpp"

#include "base/file.hpp"

namespace holdfast::protection {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t nvram_limit = 64 << 20;
constexpr const char* default_image_folder = "/var/lib/libvirt/images";

}  // namespace

fs::path folder_for(const SavedDisk& disk) {
    fs::path folder = fs::path(disk.source).parent_path();
    std::error_code ignored;
    return !folder.empty() && fs::is_directory(folder, ignored) && !folder.string().starts_with("/dev")
               ? folder
               : fs::path(default_image_folder);
}

fs::path free_file(const fs::path& folder, const std::string& stem, const std::string& ending) {
    for (int number = 1;; ++number) {
        auto file = folder / (stem + (number == 1 ? "" : "-" + std::to_string(number)) + ending);
        if (!fs::exists(file)) return file;
    }
}

void restore_nvram(hypervisor::Host& host, const Uuid& domain, repository::Repository& repository,
                   const repository::SnapshotId& snapshot, const MachineDescription& description) {
    if (!description.has_nvram) return;
    auto file = host.nvram(domain);
    if (!file) return;
    auto content = repository.read_file(snapshot, MachinePaths(description.name).nvram(), nvram_limit);
    make_directories(file->parent_path(), 0755);
    write_file_durably(*file, as_bytes(content), 0600);
}

}  // namespace holdfast::protection
