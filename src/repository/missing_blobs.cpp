#include "repository/missing_blobs.hpp"

#include <algorithm>
#include <tuple>

#include "repository/parallel.hpp"

namespace holdfast::repository {
namespace {

// Larger ones are read one at a time: a tree may have half a gigabyte, and takes several times that.
constexpr std::uint32_t large_tree = 8 << 20;
constexpr unsigned waiting_threads = 4;  // that read and write while others compute

// Blobs first to last - 1 of the list, which are one run of a pack.
struct Run {
    std::size_t first;
    std::size_t last;
    std::uint32_t order;  // of the one that is needed first
    RunPlace place;
};

std::vector<Run> group(const std::vector<MissingBlob>& missing, const BlobIndex& index) {
    std::vector<Run> runs;
    for (std::size_t i = 0; i < missing.size(); ++i) {
        auto blob = index.at(missing[i].blob).blob;
        RunPlace place{.pack = missing[i].pack,
                       .begin = blob.offset,
                       .end = std::uint64_t(blob.offset) + blob.length,
                       .plain_size = blob.plain_size()};
        if (!runs.empty() && runs.back().place.take(place)) {
            runs.back().last = i + 1;
            runs.back().order = std::min(runs.back().order, missing[i].order);
        } else {
            runs.push_back({i, i + 1, missing[i].order, place});
        }
    }
    // So packs of the target are filled in the order of the files and disks, as those of a backup are.
    std::ranges::sort(runs, {}, &Run::order);
    return runs;
}

}  // namespace

std::vector<MissingBlob> MissingBlobs::find(const BlobId& root, const std::stop_token& stop) {
    note_tree(root);
    tasks_.run(worker_count(), stop);
    return std::move(missing_);
}

void MissingBlobs::look_into(BlobIndex::Position position) {
    auto location = source_index_.at(position);
    std::unique_lock alone(large_trees_, std::defer_lock);
    if (location.blob.plain_size() > large_tree) alone.lock();
    RunBuffers buffers;
    bool is_there = target_index_.contains(BlobType::tree, location.blob.id);
    auto json = transfer_.transfer_tree(location, is_there, buffers);
    Tree tree = parse_tree(json, "The tree " + location.blob.id.to_string().substr(0, 8));
    std::lock_guard guard(mutex_);
    for (const auto& node : tree) {
        if (node.subtree) note_tree(*node.subtree);
        if (!node.content) continue;
        for (const auto& id : *node.content) note_data(id);
    }
}

void MissingBlobs::note_tree(const BlobId& id) {
    if (auto position = first_sight(BlobType::tree, id))
        tasks_.push(TaskQueue::Urgency::low, [this, position = *position] { look_into(position); });
}

void MissingBlobs::note_data(const BlobId& id) {
    auto position = first_sight(BlobType::data, id);
    if (!position || target_index_.contains(BlobType::data, id)) return;
    missing_.push_back({.blob = *position,
                        .pack = source_index_.pack_number(*position),
                        .offset = source_index_.at(*position).blob.offset,
                        .order = static_cast<std::uint32_t>(missing_.size())});
}

std::optional<BlobIndex::Position> MissingBlobs::first_sight(BlobType type, const BlobId& id) {
    auto position = source_index_.position(type, id);
    if (!position)
        throw Error(ErrorKind::corrupt, "The " + std::string(to_string(type)) + " blob " +
                                            id.to_string().substr(0, 8) +
                                            ", which the snapshot uses, is missing from the repository " +
                                            source_.backend().describe())
            .advise("Run a check of that repository to see which snapshots are damaged.");
    if (*position >= seen_.size()) seen_.resize(source_index_.size());
    if (seen_[*position]) return std::nullopt;
    seen_[*position] = true;
    return position;
}

void copy_data(BlobTransfer& transfer, const BlobIndex& source_index, std::vector<MissingBlob> missing,
               Progress& progress, const std::stop_token& stop) {
    std::ranges::sort(missing, {}, [](const MissingBlob& m) { return std::tuple(m.pack, m.offset); });
    auto runs = group(missing, source_index);
    for (const auto& run : runs) progress.total_bytes += run.place.end - run.place.begin;
    for_each_parallel(runs.size(), worker_count() + waiting_threads, stop, [&](std::size_t number) {
        thread_local RunBuffers buffers;
        const Run& run = runs[number];
        std::vector<BlobLocation> blobs;
        for (std::size_t i = run.first; i < run.last; ++i) blobs.push_back(source_index.at(missing[i].blob));
        transfer.transfer(blobs, buffers);
    });
}

}  // namespace holdfast::repository
