#include "repository/disk_restore.hpp"

#include <algorithm>
#include <tuple>

#include "repository/damage.hpp"
#include "repository/disk_layout.hpp"
#include "repository/parallel.hpp"

namespace holdfast::repository {
namespace {

constexpr std::uint64_t longest_read = 4 << 20;

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

std::vector<Run> group(const std::vector<Fetch>& fetches) {
    std::vector<Run> runs;
    for (std::size_t i = 0; i < fetches.size(); ++i) {
        const Fetch& fetch = fetches[i];
        if (!runs.empty()) {
            const Fetch& first = fetches[runs.back().first];
            const Fetch& last = fetches[runs.back().last - 1];
            bool touches = fetch.pack == last.pack &&
                           (fetch.blob == last.blob || fetch.offset == last.offset + last.length);
            if (touches && std::uint64_t(fetch.offset) + fetch.length - first.offset <= longest_read) {
                runs.back().last = i + 1;
                continue;
            }
        }
        runs.push_back({i, i + 1});
    }
    // Packs are filled in the order of the disk, so this writes the disk roughly from its start to its end.
    std::ranges::sort(runs, {}, [&](const Run& run) { return fetches[run.first].chunk; });
    return runs;
}

// Nothing where the pack cannot be read.
Bytes load_run(Store& store, const BlobIndex& index, const Fetch& first, const Fetch& last) {
    Bytes sealed(last.offset + last.length - first.offset);
    try {
        store.backend().load({FileType::pack, FileId(index.at(first.blob).pack.bytes())}, first.offset,
                             sealed);
    } catch (const Error& error) {
        if (!is_damage(error)) throw;
        sealed.clear();
    }
    return sealed;
}

// From the run, or where that is damaged from wherever else the repository has it.
Bytes open_fetch(Store& store, const BlobIndex& index, const Fetch& fetch, ByteView run, std::size_t offset) {
    auto location = index.at(fetch.blob);
    try {
        if (!run.empty()) return store.open_blob(run.subspan(offset, fetch.length), location);
    } catch (const Error& error) {
        if (!is_damage(error)) throw;
    }
    return store.load_blob(index, BlobType::data, location.blob.id);
}

}  // namespace

void restore_disk_content(Store& store, const BlobIndex& index, const Node& node, BlockSink& sink,
                          Progress& progress, const std::stop_token& stop) {
    auto layout = DiskLayout::of_file(index, node);
    progress.total_bytes += layout.size();
    for (std::size_t i = 0; i < layout.chunk_count(); ++i)
        if (layout.is_zero(i)) progress.processed_bytes += layout.chunk(i).length;

    auto fetches = plan_fetches(index, layout, *node.content);
    auto runs = group(fetches);
    for_each_parallel(runs.size(), worker_count(), stop, [&](std::size_t number) {
        const Run& run = runs[number];
        const Fetch& first = fetches[run.first];
        const Fetch& last = fetches[run.last - 1];
        Bytes sealed = load_run(store, index, first, last);
        progress.read_bytes += sealed.size();
        Bytes plain;
        for (std::size_t i = run.first; i < run.last; ++i) {
            const Fetch& fetch = fetches[i];
            if (i == run.first || fetch.blob != fetches[i - 1].blob)
                plain = open_fetch(store, index, fetch, sealed, fetch.offset - first.offset);
            sink.write(layout.chunk(fetch.chunk).offset, plain);
            progress.transferred_bytes += plain.size();
            progress.processed_bytes += plain.size();
        }
    });
    sink.flush();
}

}  // namespace holdfast::repository
