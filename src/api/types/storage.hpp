// Storage beside the repositories: WAN accelerators, and repositories in somebody's cloud.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/description/list.hpp"
#include "api/types/resource.hpp"

namespace holdfast::api {

struct WanAccelerator : Entity {
    std::optional<std::string> Description;
    bool OutOfDate = false;
    std::optional<std::string> Version;
    std::int64_t Capacity = 0;  // bytes
    std::int64_t TrafficPort = 6165;
    std::int64_t ConnectionsCount = 5;
    std::optional<std::string> CachePath;
    bool HighBandwidthModeEnabled = false;
    std::optional<std::string> BackupServerUid;
    std::optional<std::string> BackupServerName;
};
struct WanAccelerators : List<WanAccelerator> {};

enum class ExternalRepositoryType { AmazonS3External, AzureStorageExternal, GoogleCloudStorageExternal };

struct ExternalRepository : Entity {
    ExternalRepositoryType RepositoryType = ExternalRepositoryType::AmazonS3External;
    std::string Path;
    std::int64_t UsedSpace = 0;  // bytes
    std::optional<std::string> Description;
};
struct ExternalRepositories : List<ExternalRepository> {};

}  // namespace holdfast::api
