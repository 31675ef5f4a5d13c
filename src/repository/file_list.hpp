// Finding and listing files in a snapshot.
#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

#include "repository/store.hpp"

namespace holdfast::repository {

// Far deeper than Linux lets anybody make them by path; what ends a tree that holds itself.
constexpr std::size_t deepest_folder = 1000;

// What stands at `path` ("home/ann", slashes at its ends do not matter); for "" a folder without a name.
// not_found.
Node find_entry(Store& store, const BlobIndex& index, const Snapshot& snapshot, std::string_view path);

// What stands at `path` and all below it, parents first. corrupt for trees that are too deep.
void list_snapshot(Store& store, const BlobIndex& index, const Snapshot& snapshot, std::string_view path,
                   const std::function<void(const FileEntryInfo&)>& visit, const std::stop_token& stop);

}  // namespace holdfast::repository
