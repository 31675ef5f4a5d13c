#include "repository/disk_restore.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <tuple>

#include "base/error.hpp"
#include "repository/blob_run.hpp"
#include "repository/disk_layout.hpp"
#include "repository/parallel.hpp"
#include "repository/sha256.hpp"

namespace holdfast::repository {
namespace {

constexpr unsigned waiting_threads = 4;  // that read and write while others compute

// A chunk to fetch. Ordered as they stand in the packs: neighbours are read at one stroke, and a chunk that
// stands in several places of the disk is read once.
struct Fetch {
    BlobIndex::Position blob;
    std::uint32_t pack;
    std::uint32_t offset;
    std::uint32_t length;
    std::uint32_t chunk;
};

// Fetches first to last - 1 of the list, which are one run of a pack.
struct Run {
    std::size_t first;
    std::size_t last;
    RunPlace place;
};

// Of the chunks that `is_wanted` says.
std::vector<Fetch> plan_fetches(const BlobIndex& index, const std::vector<BlobId>& content,
                                const std::function<bool(std::uint32_t)>& is_wanted) {
    std::vector<Fetch> fetches;
    for (std::uint32_t i = 0; i < content.size(); ++i) {
        if (!is_wanted(i)) continue;
        auto position = *index.position(BlobType::data, content[i]);
        auto location = index.at(position);
        fetches.push_back(
            {position, index.pack_number(position), location.blob.offset, location.blob.length, i});
    }
    std::ranges::sort(fetches, {}, [](const Fetch& f) { return std::tuple(f.pack, f.offset, f.chunk); });
    return fetches;
}

std::vector<Run> group(const std::vector<Fetch>& fetches, const DiskLayout& layout) {
    std::vector<Run> runs;
    for (std::size_t i = 0; i < fetches.size(); ++i) {
        const Fetch& fetch = fetches[i];
        RunPlace place{.pack = fetch.pack,
                       .begin = fetch.offset,
                       .end = std::uint64_t(fetch.offset) + fetch.length,
                       .plain_size = layout.chunk(fetch.chunk).length};
        bool repeated = i > 0 && fetch.blob == fetches[i - 1].blob;
        if (repeated || (!runs.empty() && runs.back().place.take(place)))
            runs.back().last = i + 1;
        else
            runs.push_back({i, i + 1, place});
    }
    // Packs are filled in the order of the disk, so this writes the disk roughly from its start to its end.
    std::ranges::sort(runs, {}, [&](const Run& run) { return fetches[run.first].chunk; });
    return runs;
}

class Restore {
  public:
    Restore(Store& store, const BlobIndex& index, const DiskLayout& layout, const std::vector<Fetch>& fetches,
            BlockSink& sink, Progress& progress)
        : store_(store),
          index_(index),
          layout_(layout),
          fetches_(fetches),
          sink_(sink),
          progress_(progress) {}

    void restore(const Run& run, RunBuffers& buffers) {
        std::vector<BlobToOpen> blobs;
        auto writes = arrange(run, buffers.plain, blobs);
        auto damaged = fetch_run(store_, index_, blobs, buffers.sealed, progress_);
        if (!damaged.empty()) throw damaged.front().error;
        for (const auto& write : writes) {
            sink_.write(write.offset, write.bytes);
            progress_.transferred_bytes += write.bytes.size();
            progress_.processed_bytes += write.bytes.size();
        }
    }

  private:
    struct Write {
        std::uint64_t offset;
        std::span<std::byte> bytes;
    };

    // Gives every blob its place in the buffer: behind the one before where that is so on the disk too, so
    // that both are written at one stroke; else where its address fits direct writing at its offset.
    std::vector<Write> arrange(const Run& run, AlignedBuffer& buffer, std::vector<BlobToOpen>& blobs) const {
        make_room(buffer, run.place.plain_size + (run.last - run.first) * 2 * direct_alignment);
        std::vector<Write> writes;
        std::byte* end = buffer.data();
        for (std::size_t i = run.first; i < run.last; ++i) {
            auto [offset, length] = layout_.chunk(fetches_[i].chunk);
            if (i > run.first && fetches_[i].blob == fetches_[i - 1].blob) {
                writes.push_back({offset, blobs.back().into});
                continue;
            }
            bool follows = !writes.empty() && writes.back().offset + writes.back().bytes.size() == offset &&
                           writes.back().bytes.data() + writes.back().bytes.size() == end;
            if (!follows) {
                auto used = static_cast<std::uint64_t>(end - buffer.data());
                end = buffer.data() + aligned_up(used) + offset % direct_alignment;
                writes.push_back({offset, {end, 0}});
            }
            std::span<std::byte> into(end, length);
            writes.back().bytes = {writes.back().bytes.data(), writes.back().bytes.size() + length};
            blobs.push_back({index_.at(fetches_[i].blob), into});
            end += length;
        }
        return writes;
    }

    Store& store_;
    const BlobIndex& index_;
    const DiskLayout& layout_;
    const std::vector<Fetch>& fetches_;
    BlockSink& sink_;
    Progress& progress_;
};

// Which chunks a seed lacks. Those that it has are in the sink, and those of zeros, when this returns.
class Comparison {
  public:
    Comparison(const DiskLayout& layout, const std::vector<BlobId>& content, const DiskSeed& seed,
               BlockSink& sink, Progress& progress)
        : layout_(layout),
          content_(content),
          seed_(seed),
          data_(seed.disk.data_extents()),
          sink_(sink),
          progress_(progress),
          lacks_(layout.chunk_count()) {}

    void compare(std::size_t number, AlignedBuffer& buffer) {
        auto [offset, length] = layout_.chunk(number);
        bool is_zero = layout_.is_zero(number);
        bool is_hole = !has_data(offset, length);
        if (is_hole && !is_zero) {
            lacks_[number] = 1;
            return;
        }
        if (!is_hole && !(is_zero && !seed_.is_copied)) {
            make_room(buffer, length);
            std::span<std::byte> bytes(buffer.data(), length);
            seed_.disk.read(offset, bytes);
            progress_.read_bytes += length;
            bool is_equal = id_of<BlobId>(bytes) == content_[number];
            if (!is_equal && !is_zero) {
                lacks_[number] = 1;
                return;
            }
            if (!is_equal) std::ranges::fill(bytes, std::byte(0));
            if (is_equal != seed_.is_copied) {
                sink_.write(offset, bytes);
                progress_.transferred_bytes += length;
            }
        }
        progress_.processed_bytes += length;
    }

    bool lacks(std::size_t number) const { return lacks_[number] != 0; }

  private:
    bool has_data(std::uint64_t offset, std::uint64_t length) const {
        auto behind =
            std::ranges::upper_bound(data_, offset, {}, [](const Extent& e) { return e.offset + e.length; });
        return behind != data_.end() && behind->offset < offset + length;
    }

    const DiskLayout& layout_;
    const std::vector<BlobId>& content_;
    const DiskSeed& seed_;
    std::vector<Extent> data_;
    BlockSink& sink_;
    Progress& progress_;
    std::vector<char> lacks_;  // not bits: several threads write
};

void restore_chunks(Store& store, const BlobIndex& index, const DiskLayout& layout,
                    const std::vector<Fetch>& fetches, BlockSink& sink, Progress& progress,
                    const std::stop_token& stop) {
    auto runs = group(fetches, layout);
    Restore restore(store, index, layout, fetches, sink, progress);
    for_each_parallel(runs.size(), worker_count() + waiting_threads, stop, [&](std::size_t number) {
        thread_local RunBuffers buffers;  // these threads end with the restore
        restore.restore(runs[number], buffers);
    });
    sink.flush();
}

}  // namespace

void restore_disk_content(Store& store, const BlobIndex& index, const Node& node, BlockSink& sink,
                          Progress& progress, const std::stop_token& stop) {
    auto layout = DiskLayout::of_file(index, node);
    progress.total_bytes += layout.size();
    for (std::size_t i = 0; i < layout.chunk_count(); ++i)
        if (layout.is_zero(i)) progress.processed_bytes += layout.chunk(i).length;
    auto fetches = plan_fetches(index, *node.content, [&](auto i) { return !layout.is_zero(i); });
    restore_chunks(store, index, layout, fetches, sink, progress, stop);
}

void restore_disk_content_over(Store& store, const BlobIndex& index, const Node& node, const DiskSeed& seed,
                               BlockSink& sink, Progress& progress, const std::stop_token& stop) {
    auto layout = DiskLayout::of_file(index, node);
    if (layout.size() != seed.disk.size())
        throw Error(ErrorKind::conflict, fmt::format("The disk has {} bytes now and had {} when it was saved",
                                                     seed.disk.size(), layout.size()));
    progress.total_bytes += layout.size();
    Comparison comparison(layout, *node.content, seed, sink, progress);
    for_each_parallel(layout.chunk_count(), worker_count() + waiting_threads, stop, [&](std::size_t number) {
        thread_local AlignedBuffer buffer;
        comparison.compare(number, buffer);
    });
    auto fetches = plan_fetches(index, *node.content, [&](auto i) { return comparison.lacks(i); });
    restore_chunks(store, index, layout, fetches, sink, progress, stop);
}

}  // namespace holdfast::repository
