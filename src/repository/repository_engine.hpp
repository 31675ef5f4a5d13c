// The Repository that create() and open() give.
#pragma once

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
    std::vector<Snapshot> snapshots() override;
    void forget(std::span<const SnapshotId> ids) override;
    PruneResult prune(Progress& progress, std::stop_token stop) override;
    CheckResult check(CheckDepth depth, Progress& progress, std::stop_token stop) override;
    std::size_t remove_stale_locks() override;
    std::string read_file(const SnapshotId& snapshot, std::string_view path, std::size_t limit) override;
    std::unique_ptr<BlockSource> open_disk(const SnapshotId& snapshot, std::string_view path) override;
    void restore_disk(const SnapshotId& snapshot, std::string_view path, BlockSink& sink, Progress& progress,
                      std::stop_token stop) override;

  private:
    std::shared_ptr<Store> store_;
};

}  // namespace holdfast::repository
