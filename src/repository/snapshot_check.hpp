// Which snapshots, folders and files lack something of what the repository holds.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "repository/damage.hpp"
#include "repository/store.hpp"

namespace holdfast::repository {

// One thread. Borrows everything for as long as it lives.
class SnapshotCheck {
  public:
    // `damaged`: entries of the index that are known to be unreadable.
    SnapshotCheck(Store& store, const BlobIndex& index, std::vector<bool> damaged, ProblemList& problems,
                  const std::stop_token& stop);

    // Reads the snapshot and all its trees; what is wrong goes into the problems. Trees that snapshots share
    // are read once. Throws cancelled, and unavailable where the storage does not answer.
    void check(const SnapshotId& id);

    // Whether some snapshot uses a blob that no index knows.
    bool found_missing() const { return found_missing_; }

  private:
    bool check_tree(const BlobId& id, const std::string& path, std::size_t depth);
    bool check_node(const Node& node, const std::string& path, std::size_t depth);
    bool check_file(const Node& node, const std::string& path);
    bool has_readable_copy(BlobType type, const BlobId& id) const;
    bool fail(const std::string& what);

    Store& store_;
    const BlobIndex& index_;
    const std::vector<bool> damaged_;
    ProblemList& problems_;
    const std::stop_token& stop_;
    std::vector<bool> clean_;  // trees that are whole, by their position
    std::string snapshot_name_;
    bool found_missing_ = false;
};

}  // namespace holdfast::repository
