// Finding and listing files in a snapshot.
#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

#include "repository/store.hpp"
#include "repository/tree_amounts.hpp"

namespace holdfast::repository {

// Far deeper than Linux lets anybody make them by path; what ends a tree that holds itself.
constexpr std::size_t deepest_folder = 1000;
// More than file systems hold; what ends trees that multiply: sixty of them, each twice in the next, are 2^60
// paths.
constexpr std::uint64_t most_entries = 100'000'000;

// What stands at `path` ("home/ann", slashes at its ends do not matter); for "" a folder without a name.
// not_found.
Node find_entry(Store& store, const BlobIndex& index, const Snapshot& snapshot, std::string_view path);

// How much there is to list or restore; too_large for more than most_entries. Damaged trees count as empty.
TreeAmounts measure_entry(Store& store, const BlobIndex& index, const Node& entry,
                          const std::stop_token& stop);

// What stands at `path` and all below it, parents first. corrupt for trees that are too deep, and as
// measure_entry.
void list_snapshot(Store& store, const BlobIndex& index, const Snapshot& snapshot, std::string_view path,
                   const std::function<void(const FileEntryInfo&)>& visit, const std::stop_token& stop);

}  // namespace holdfast::repository
