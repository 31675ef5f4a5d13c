// Whatever changes between two backups, an incremental one restores to the exact bytes.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "memory_file_system.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace {

struct Change {
    std::uint64_t offset;
    std::uint64_t length;
    bool to_zero;
};

Change random_change(std::uint64_t size) {
    auto offset = *rc::gen::inRange<std::uint64_t>(0, size);
    auto length = *rc::gen::inRange<std::uint64_t>(1, std::min<std::uint64_t>(size - offset, 200 * KiB) + 1);
    return {offset, length, *rc::gen::arbitrary<bool>()};
}

// What a source may say of its holes: anything, as long as all bytes other than zero are inside.
std::vector<Extent> true_extents(const Bytes& bytes, std::uint64_t granularity) {
    std::vector<Extent> extents;
    for (std::uint64_t offset = 0; offset < bytes.size(); offset += granularity) {
        std::uint64_t length = std::min<std::uint64_t>(granularity, bytes.size() - offset);
        if (is_all_zero(ByteView(bytes).subspan(offset, length))) continue;
        if (!extents.empty() && extents.back().offset + extents.back().length == offset)
            extents.back().length += length;
        else
            extents.push_back({offset, length});
    }
    return extents;
}

RC_GTEST_PROP(Incremental, RestoresTheExactBytes, ()) {
    auto drive = std::make_shared<MemoryDrive>();
    auto repository = create_quickly("/repo", std::make_unique<MemoryFileSystem>(drive));
    auto size = *rc::gen::inRange<std::uint64_t>(1, 600 * KiB);
    auto chunk_size = *rc::gen::element(64 * KiB, 128 * KiB);
    MemoryDisk disk(*rc::gen::arbitrary<bool>() ? random_bytes(size, 1) : Bytes(size));
    auto snapshot = back_up(*repository, disk, {}, chunk_size).id;
    std::vector<std::pair<SnapshotId, Bytes>> history{{snapshot, disk.bytes}};

    auto rounds = *rc::gen::inRange(1, 4);
    for (int round = 0; round < rounds; ++round) {
        DiskParent parent{snapshot, "web01/disks/vda.raw", {}};
        auto changes = *rc::gen::inRange(0, 5);
        for (int i = 0; i < changes; ++i) {
            Change change = random_change(size);
            Bytes news = change.to_zero ? Bytes(change.length)
                                        : random_bytes(change.length, *rc::gen::arbitrary<unsigned>());
            std::copy(news.begin(), news.end(),
                      disk.bytes.begin() + static_cast<std::ptrdiff_t>(change.offset));
            parent.changed.push_back({change.offset, change.length});
        }
        std::ranges::sort(parent.changed, {}, &Extent::offset);
        disk.extents = true_extents(disk.bytes, *rc::gen::element(4 * KiB, 64 * KiB));
        snapshot = back_up(*repository, disk, parent, chunk_size).id;
        history.emplace_back(snapshot, disk.bytes);
    }
    for (const auto& [id, bytes] : history) RC_ASSERT(restore(*repository, id, bytes.size()) == bytes);
    RC_ASSERT(check_all(*repository).problems.empty());
}

}  // namespace
}  // namespace holdfast::repository
