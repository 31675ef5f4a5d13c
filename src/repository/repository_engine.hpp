// The Repository that create() and open() give.
#pragma once

#include <functional>
#include <memory>

#include "repository/repository.hpp"
#include "repository/store.hpp"

namespace holdfast::repository {

class RepositoryEngine : public Repository {
  public:
    explicit RepositoryEngine(std::shared_ptr<Store> store) : store_(std::move(store)) {}

    const std::shared_ptr<Store>& store() const { return store_; }

    std::string id() const override;
    RepositoryStatistics statistics() override;
    ContentStatistics content_statistics(std::stop_token stop) override;
    std::vector<Snapshot> snapshots() override;
    void forget(std::span<const SnapshotId> ids) override;
    PruneResult prune(Progress& progress, std::stop_token stop) override;
    CheckResult check(CheckDepth depth, Progress& progress, std::stop_token stop) override;
    CheckResult repair(CheckDepth depth, Progress& progress, std::stop_token stop) override;
    std::vector<RepositoryKey> keys() override;
    std::string add_key(std::string_view password) override;
    void remove_key(const std::string& id) override;
    std::size_t remove_stale_locks() override;
    std::string read_file(const SnapshotId& snapshot, std::string_view path, std::size_t limit) override;
    std::unique_ptr<BlockSource> open_disk(const SnapshotId& snapshot, std::string_view path) override;
    void restore_disk(const SnapshotId& snapshot, std::string_view path, BlockSink& sink, Progress& progress,
                      std::stop_token stop) override;
    void restore_disk_over(const SnapshotId& snapshot, std::string_view path, const DiskSeed& seed,
                           BlockSink& sink, Progress& progress, std::stop_token stop) override;
    void list_files(const SnapshotId& snapshot, std::string_view path,
                    const std::function<void(const FileEntryInfo&)>& visit, std::stop_token stop) override;
    RestoreFilesResult restore_files(const SnapshotId& snapshot, std::string_view path,
                                     const std::filesystem::path& target, const RestoreFilesOptions& options,
                                     Progress& progress, std::stop_token stop) override;

  private:
    void with_disk(const SnapshotId& snapshot, std::string_view path, const std::stop_token& stop,
                   const std::function<void(const BlobIndex&, const Node&)>& restore);

    std::shared_ptr<Store> store_;
};

}  // namespace holdfast::repository
