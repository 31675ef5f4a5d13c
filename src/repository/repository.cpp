#include "repository/repository.hpp"

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "repository/check.hpp"
#include "repository/content_statistics.hpp"
#include "repository/disk_layout.hpp"
#include "repository/disk_reader.hpp"
#include "repository/disk_restore.hpp"
#include "repository/file_list.hpp"
#include "repository/file_restore.hpp"
#include "repository/keys.hpp"
#include "repository/open_backend.hpp"
#include "repository/prune.hpp"
#include "repository/repair.hpp"
#include "repository/repository_engine.hpp"

namespace holdfast::repository {

std::unique_ptr<Repository> Repository::create(const std::string& url, std::string_view password,
                                               unsigned format_version) {
    auto backend = open_backend(url, Layout::make);
    Config config = Config::random();
    config.version = format_version;
    return std::make_unique<RepositoryEngine>(
        Store::create(std::move(backend), password, ScryptCost(), config));
}

std::unique_ptr<Repository> Repository::open(const std::string& url, std::string_view password) {
    return std::make_unique<RepositoryEngine>(Store::open(open_backend(url, Layout::expect), password));
}

bool Repository::exists(const std::string& url) {
    return open_backend(url, Layout::expect)->size({FileType::config, {}}).has_value();
}

CheckResult RepositoryEngine::repair(CheckDepth depth, Progress& progress, std::stop_token stop) {
    StopScope scope(stop);
    return with_context("repairing the repository " + store_->backend().describe(),
                        [&] { return repair_repository(store_, depth, progress, stop); });
}

std::vector<RepositoryKey> RepositoryEngine::keys() {
    return list_keys(*store_);
}

std::string RepositoryEngine::add_key(std::string_view password) {
    return repository::add_key(*store_, password);
}

void RepositoryEngine::remove_key(const std::string& id) {
    repository::remove_key(*store_, id);
}

void RepositoryEngine::list_files(const SnapshotId& snapshot, std::string_view path,
                                  const std::function<void(const FileEntryInfo&)>& visit,
                                  std::stop_token stop) {
    StopScope scope(stop);
    auto lock = store_->lock_shared();
    Snapshot found = store_->load_snapshot(snapshot);
    list_snapshot(*store_, *store_->fresh_index(), found, path, visit, stop);
}

RestoreFilesResult RepositoryEngine::restore_files(const SnapshotId& snapshot, std::string_view path,
                                                   const std::filesystem::path& target,
                                                   const RestoreFilesOptions& options, Progress& progress,
                                                   std::stop_token stop) {
    StopScope scope(stop);
    return with_context("restoring files of the snapshot " + snapshot.to_string().substr(0, 8), [&] {
        auto lock = store_->lock_shared();
        Snapshot found = store_->load_snapshot(snapshot);
        auto index = store_->fresh_index();
        Node entry = find_entry(*store_, *index, found, path);
        return restore_entries(*store_, *index, entry, target, options, progress, stop);
    });
}

std::string RepositoryEngine::id() const {
    return store_->config().id;
}

RepositoryStatistics RepositoryEngine::statistics() {
    RepositoryStatistics statistics;
    statistics.snapshots = store_->backend().list(FileType::snapshot).size();
    for (const auto& pack : store_->backend().list(FileType::pack)) {
        ++statistics.packs;
        statistics.stored_bytes += pack.size;
    }
    auto space = store_->backend().space();
    statistics.capacity_bytes = space.capacity_bytes;
    statistics.free_bytes = space.free_bytes;
    return statistics;
}

ContentStatistics RepositoryEngine::content_statistics(std::stop_token stop) {
    StopScope scope(stop);
    auto lock = store_->lock_shared();
    auto snapshots = store_->load_snapshots();
    return count_content(*store_, *store_->fresh_index(), snapshots, stop);
}

std::vector<Snapshot> RepositoryEngine::snapshots() {
    auto lock = store_->lock_shared();
    return store_->load_snapshots();
}

void RepositoryEngine::forget(std::span<const SnapshotId> ids) {
    if (ids.empty()) return;
    auto lock = store_->lock_exclusive();
    std::vector<FileId> files;
    for (const auto& snapshot : ids) files.push_back(FileId(snapshot.bytes()));
    store_->backend().remove_all(FileType::snapshot, files);
}

PruneResult RepositoryEngine::prune(Progress& progress, std::stop_token stop) {
    StopScope scope(stop);
    return with_context("pruning the repository " + store_->backend().describe(),
                        [&] { return prune_repository(store_, progress, stop); });
}

CheckResult RepositoryEngine::check(CheckDepth depth, Progress& progress, std::stop_token stop) {
    StopScope scope(stop);
    return with_context("checking the repository " + store_->backend().describe(),
                        [&] { return check_repository(store_, depth, progress, stop); });
}

std::size_t RepositoryEngine::remove_stale_locks() {
    return repository::remove_stale_locks(store_->files());
}

std::string RepositoryEngine::read_file(const SnapshotId& snapshot, std::string_view path,
                                        std::size_t limit) {
    auto lock = store_->lock_shared();
    Snapshot found = store_->load_snapshot(snapshot);
    auto index = store_->fresh_index();
    Node node = store_->find_file(*index, found, path);
    auto layout = DiskLayout::of_file(*index, node);
    if (layout.size() > limit)
        throw Error(ErrorKind::too_large, "The file \"" + std::string(path) + "\" is larger than " +
                                              std::to_string(limit) + " bytes");
    std::string content;
    content.reserve(layout.size());
    for (const auto& id : *node.content) content += as_text(store_->load_blob(*index, BlobType::data, id));
    return content;
}

std::unique_ptr<BlockSource> RepositoryEngine::open_disk(const SnapshotId& snapshot, std::string_view path) {
    auto lock = store_->lock_shared();
    Snapshot found = store_->load_snapshot(snapshot);
    auto index = store_->fresh_index();
    return open_disk_reader(store_, lock, index, store_->find_file(*index, found, path));
}

void RepositoryEngine::restore_disk(const SnapshotId& snapshot, std::string_view path, BlockSink& sink,
                                    Progress& progress, std::stop_token stop) {
    with_disk(snapshot, path, stop, [&](const BlobIndex& index, const Node& node) {
        restore_disk_content(*store_, index, node, sink, progress, stop);
    });
}

void RepositoryEngine::restore_disk_over(const SnapshotId& snapshot, std::string_view path,
                                         const DiskSeed& seed, BlockSink& sink, Progress& progress,
                                         std::stop_token stop) {
    with_disk(snapshot, path, stop, [&](const BlobIndex& index, const Node& node) {
        restore_disk_content_over(*store_, index, node, seed, sink, progress, stop);
    });
}

void RepositoryEngine::with_disk(const SnapshotId& snapshot, std::string_view path,
                                 const std::stop_token& stop,
                                 const std::function<void(const BlobIndex&, const Node&)>& restore) {
    StopScope scope(stop);
    with_context("restoring " + std::string(path) + " of the snapshot " + snapshot.to_string().substr(0, 8),
                 [&] {
                     auto lock = store_->lock_shared();
                     Snapshot found = store_->load_snapshot(snapshot);
                     auto index = store_->fresh_index();
                     restore(*index, store_->find_file(*index, found, path));
                 });
}

}  // namespace holdfast::repository
