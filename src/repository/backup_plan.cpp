#include <bit>

#include "base/error.hpp"
#include "repository/disk_backup.hpp"

namespace holdfast::repository {
namespace {

constexpr std::uint64_t most_missed_offsets = 8;

// Marks every chunk that a run of bytes touches. Runs past the end of the disk are cut there.
std::vector<bool> touched_chunks(const std::vector<Extent>& extents, std::uint64_t size,
                                 std::uint64_t chunk_size) {
    std::vector<bool> touched((size + chunk_size - 1) / chunk_size);
    for (const auto& extent : extents) {
        if (extent.length == 0 || extent.offset >= size) continue;
        std::uint64_t last_byte = extent.offset + std::min(extent.length, size - extent.offset) - 1;
        for (std::uint64_t i = extent.offset / chunk_size; i <= last_byte / chunk_size; ++i)
            touched[i] = true;
    }
    return touched;
}

bool is_chunk_size(std::uint64_t size) {
    return std::has_single_bit(size) && size >= (64 << 10) && size <= (8 << 20);
}

}  // namespace

std::uint64_t suitable_chunk_size(std::uint64_t disk_size) {
    constexpr std::uint64_t GiB = 1 << 30;
    constexpr std::uint64_t KiB = 1 << 10;
    if (disk_size <= 64 * GiB) return 256 * KiB;
    if (disk_size <= 256 * GiB) return 512 * KiB;
    if (disk_size <= 1024 * GiB) return 1024 * KiB;
    if (disk_size <= 4096 * GiB) return 2048 * KiB;
    return disk_size <= max_chunks_per_disk * 4096 * KiB ? 4096 * KiB : 8192 * KiB;
}

ParentContent load_parent(Store& store, const BlobIndex& index, const DiskParent& parent, std::uint64_t size,
                          std::optional<std::uint64_t> wanted_chunk_size) {
    Node node = store.find_file(index, store.load_snapshot(parent.snapshot), parent.path);
    auto unsuitable = [&](const std::string& why) {
        return Error(ErrorKind::conflict, "The disk " + parent.path + " in the snapshot " +
                                              parent.snapshot.to_string().substr(0, 8) +
                                              " cannot be built upon: " + why)
            .advise("Read the disk in full.");
    };
    if (node.size != size)
        throw unsuitable("its size is " + std::to_string(node.size) + " bytes, now it is " +
                         std::to_string(size));
    std::uint64_t chunk_size = wanted_chunk_size.value_or(suitable_chunk_size(size));
    if (!wanted_chunk_size && node.content->size() > 1)
        if (auto first = index.find(BlobType::data, node.content->front()))
            chunk_size = first->blob.plain_size();
    if (!is_chunk_size(chunk_size) || node.content->size() != (size + chunk_size - 1) / chunk_size)
        throw unsuitable("its chunks have another size");
    for (std::size_t i = 0; i < node.content->size(); ++i) {
        auto location = index.find(BlobType::data, (*node.content)[i]);
        if (!location)
            throw Error(ErrorKind::not_found, "A part of the disk " + parent.path + " in the snapshot " +
                                                  parent.snapshot.to_string().substr(0, 8) + " is missing")
                .advise("Read the disk in full.");
        if (location->blob.plain_size() != std::min(chunk_size, size - i * chunk_size))
            throw unsuitable("its chunks have another size");
    }
    return {chunk_size, std::move(*node.content), parent.changed};
}

BackupPlan plan_backup(std::uint64_t size, std::uint64_t chunk_size, const std::vector<Extent>& data,
                       std::optional<ParentContent> parent) {
    if (!is_chunk_size(chunk_size))
        throw Error(ErrorKind::invalid_input, "A chunk size of " + std::to_string(chunk_size) +
                                                  " bytes is not a power of two from 64 KiB to 8 MiB");
    if (size > max_chunks_per_disk * chunk_size)
        throw Error(ErrorKind::invalid_input,
                    "A disk of " + format_bytes(size) + " has too many chunks of " + format_bytes(chunk_size))
            .advise("Choose a larger chunk size.");
    std::uint64_t count = (size + chunk_size - 1) / chunk_size;
    BackupPlan plan{
        .size = size, .chunk_size = chunk_size, .content = std::vector<BlobId>(count), .to_read = {}};
    std::vector<bool> wanted = touched_chunks(data, size, chunk_size);
    if (parent) {
        auto changed = touched_chunks(parent->changed, size, chunk_size);
        for (std::uint64_t i = 0; i < count; ++i) {
            if (changed[i]) continue;
            wanted[i] = false;
            plan.content[i] = parent->content[i];
        }
    }
    for (std::uint32_t i = 0; i < count; ++i)
        if (wanted[i]) plan.to_read.push_back(i);
    return plan;
}

void tell_missed_chunks(const ParentContent& parent, const std::vector<BlobId>& content, DiskResult& result) {
    auto changed = touched_chunks(parent.changed, result.size, parent.chunk_size);
    result.chunk_size = parent.chunk_size;
    for (std::uint64_t i = 0; i < content.size(); ++i) {
        if (changed[i] || content[i] == parent.content[i]) continue;
        if (++result.missed_chunks <= most_missed_offsets)
            result.missed_offsets.push_back(i * parent.chunk_size);
    }
}

}  // namespace holdfast::repository
