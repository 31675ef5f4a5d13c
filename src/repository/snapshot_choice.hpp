// Which snapshots a user means: by id, by the beginning of one, "latest", or by host, tags and paths.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "repository/repository.hpp"

namespace holdfast::repository {

// Whether it has all of these tags. An empty one stands for no tags at all, as in restic.
bool has_tags(const Snapshot& snapshot, const std::vector<std::string>& wanted);

// restic's --host, --tag and --path. What is empty lets everything through.
struct SnapshotFilter {
    std::vector<std::string> hosts;              // one of them
    std::vector<std::vector<std::string>> tags;  // all tags of one of the lists
    std::vector<std::string> paths;              // all of them, as the snapshot tells them

    bool lets_through(const Snapshot& snapshot) const;
};

// `name` is an id, the beginning of one that no other snapshot has, or "latest": the newest that the filter
// lets through. not_found; invalid_input, naming the candidates, for a beginning that several have.
const Snapshot& choose_snapshot(std::span<const Snapshot> snapshots, std::string_view name,
                                const SnapshotFilter& latest_of = {});

}  // namespace holdfast::repository
