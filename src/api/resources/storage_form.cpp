#include "api/resources/storage_form.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/ids.hpp"

namespace holdfast::api {
namespace {

// No machine has so many, nor such long names.
constexpr std::size_t most_disks = 256;
constexpr std::size_t longest_disk_name = 64;

bool is_disk_name(std::string_view name) {
    return !name.empty() && name.size() <= longest_disk_name && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '.' || c == ':';
    });
}

// A piece of a disk that is read at a time is 4 MiB and more: it shall come within seconds, so that a machine
// does not wait long for what reads from it.
constexpr std::int64_t lowest_read_limit = 1 << 20;

std::uint64_t read_limit(std::int64_t bytes_per_second) {
    if (bytes_per_second != 0 && bytes_per_second < lowest_read_limit)
        throw Error(ErrorKind::invalid_input, fmt::format("ReadBytesPerSecond is {}, the lowest limit is {}",
                                                          bytes_per_second, lowest_read_limit))
            .advise("Give 0 for no limit.");
    return static_cast<std::uint64_t>(bytes_per_second);
}

}  // namespace

std::optional<AdvancedStorageOptionsType> storage_form_of(const catalog::Job& job) {
    // Elements of ours: readers of EM's meet them only where somebody chose what is not the default.
    AdvancedStorageOptionsType form;
    if (job.compression != catalog::CompressionLevel::optimal)
        form.CompressionLevel = static_cast<std::int64_t>(job.compression);
    if (job.read_limit != 0) form.ReadBytesPerSecond = static_cast<std::int64_t>(job.read_limit);
    if (!form.CompressionLevel && !form.ReadBytesPerSecond) return std::nullopt;
    return form;
}

void apply(const AdvancedStorageOptionsType& form, catalog::Job& job) {
    refuse_own_password(form.PasswordKeyId);
    if (form.CompressionLevel) job.compression = compression_level(*form.CompressionLevel);
    if (form.ReadBytesPerSecond) job.read_limit = read_limit(*form.ReadBytesPerSecond);
}

catalog::CompressionLevel compression_level(Range<1, 5> level) {
    return static_cast<catalog::CompressionLevel>(static_cast<std::int64_t>(level));
}

void refuse_own_password(const std::optional<std::string>& key) {
    if (!key || key->empty() || Uuid::parse(*key) == Uuid()) return;
    throw Error(ErrorKind::not_supported, "A backup cannot have a password of its own (PasswordKeyId)")
        .advise("Leave it out: the repository's password encrypts all that is in it.");
}

std::optional<DiskList> to_form(const catalog::DiskNames& excluded) {
    if (excluded.empty()) return std::nullopt;
    return DiskList(excluded.begin(), excluded.end());
}

catalog::DiskNames excluded_disks(const DiskList& form) {
    if (form.size() > most_disks)
        throw Error(ErrorKind::too_large,
                    fmt::format("ExcludedDisks names {} disks, {} are allowed", form.size(), most_disks));
    catalog::DiskNames names;
    for (const auto& name : form) {
        if (!is_disk_name(name))
            throw Error(ErrorKind::invalid_input, "ExcludedDisks holds what is no name of a disk")
                .advise("Name disks as libvirt does, such as \"vdb\".");
        if (std::ranges::find(names, name) != names.end())
            throw Error(ErrorKind::invalid_input, fmt::format("ExcludedDisks names the disk {} twice", name));
        names.push_back(name);
    }
    return names;
}

}  // namespace holdfast::api
