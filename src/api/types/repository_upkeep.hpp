// Additions to EM's API: what is done to keep a repository well, what is in it, and its passwords.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/description/list.hpp"
#include "api/types/resource.hpp"

namespace holdfast::api {

struct RepositoryCheckSpec {
    std::optional<bool> ReadData;  // every byte, not only the structure
};

// Sizes in bytes.
struct RepositoryStatistics : Resource {
    std::int64_t Snapshots = 0;
    std::int64_t Packs = 0;
    std::int64_t StoredSize = 0;  // of the packs
    // Missing until it was counted.
    std::optional<Timestamp> CountedTimeUTC;
    std::optional<std::int64_t> Files;        // in all snapshots
    std::optional<std::int64_t> RestoreSize;  // of all snapshots
    std::optional<std::int64_t> DataBlobs;
    std::optional<std::int64_t> TreeBlobs;
    std::optional<std::int64_t> UniqueSize;  // of the blobs, before they are compressed
};

// A password of the repository, by what stock restic's `key list` tells of it.
struct RepositoryKey : Resource {
    std::string Id;  // 64 hexadecimal digits
    Timestamp CreationTimeUTC{};
    std::string UserName;
    std::string HostName;
    bool IsCurrent = false;  // the server opens the repository by it
};
struct RepositoryKeys : List<RepositoryKey> {};

struct RepositoryPasswordSpec {
    Text<1, 1024> Password;
};

}  // namespace holdfast::api
