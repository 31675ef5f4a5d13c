#include "repository/disk_restore.hpp"

#include <algorithm>
#include <tuple>

#include "repository/blob_run.hpp"
#include "repository/damage.hpp"
#include "repository/disk_layout.hpp"
#include "repository/parallel.hpp"

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

// Fetches first to last - 1 of the list, all from one pack.
struct Run {
    std::size_t first;
    std::size_t last;
    std::uint64_t plain_size;
};

std::vector<Fetch> plan_fetches(const BlobIndex& index, const DiskLayout& layout,
                                const std::vector<BlobId>& content) {
    std::vector<Fetch> fetches;
    for (std::uint32_t i = 0; i < content.size(); ++i) {
        if (layout.is_zero(i)) continue;
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
        std::uint64_t plain_size = layout.chunk(fetch.chunk).length;
        if (!runs.empty()) {
            Run& run = runs.back();
            const Fetch& first = fetches[run.first];
            const Fetch& last = fetches[run.last - 1];
            bool repeated = fetch.blob == last.blob;
            bool touches = fetch.pack == last.pack && fetch.offset == last.offset + last.length;
            bool fits = std::uint64_t(fetch.offset) + fetch.length - first.offset <= longest_run &&
                        run.plain_size + plain_size <= most_plain;
            if (repeated || (touches && fits)) {
                run.last = i + 1;
                if (!repeated) run.plain_size += plain_size;
                continue;
            }
        }
        runs.push_back({i, i + 1, plain_size});
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
        open(run, buffers.sealed, blobs);
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
        make_room(buffer, run.plain_size + (run.last - run.first) * 2 * direct_alignment);
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

    // What is damaged in this pack is looked for wherever else the repository has it.
    void open(const Run& run, AlignedBuffer& buffer, const std::vector<BlobToOpen>& blobs) {
        const Fetch& first = fetches_[run.first];
        const Fetch& last = fetches_[run.last - 1];
        try {
            auto bytes = load_run(store_, blobs.front().location.pack, first.offset,
                                  std::uint64_t(last.offset) + last.length, buffer);
            progress_.read_bytes += bytes.size();
            for (const auto& damaged : open_run(store_, bytes, first.offset, blobs))
                open_copy(blobs[damaged.number]);
        } catch (const Error& error) {
            if (!is_damage(error)) throw;
            for (const auto& blob : blobs) open_copy(blob);
        }
    }

    void open_copy(const BlobToOpen& blob) {
        auto bytes = store_.load_blob(index_, BlobType::data, blob.location.blob.id);
        std::ranges::copy(bytes, blob.into.begin());
    }

    Store& store_;
    const BlobIndex& index_;
    const DiskLayout& layout_;
    const std::vector<Fetch>& fetches_;
    BlockSink& sink_;
    Progress& progress_;
};

}  // namespace

void restore_disk_content(Store& store, const BlobIndex& index, const Node& node, BlockSink& sink,
                          Progress& progress, const std::stop_token& stop) {
    auto layout = DiskLayout::of_file(index, node);
    progress.total_bytes += layout.size();
    for (std::size_t i = 0; i < layout.chunk_count(); ++i)
        if (layout.is_zero(i)) progress.processed_bytes += layout.chunk(i).length;

    auto fetches = plan_fetches(index, layout, *node.content);
    auto runs = group(fetches, layout);
    Restore restore(store, index, layout, fetches, sink, progress);
    for_each_parallel(runs.size(), worker_count() + waiting_threads, stop, [&](std::size_t number) {
        thread_local RunBuffers buffers;  // these threads end with the restore
        restore.restore(runs[number], buffers);
    });
    sink.flush();
}

}  // namespace holdfast::repository
