// What the server did for itself, and what it wrote down meanwhile.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/description/list.hpp"
#include "api/types/session.hpp"

namespace holdfast::api {

enum class SystemSessionType {
    CatalogConsolidation,
    CatalogCrawlJob,
    CatalogReplicationJob,
    CollectJob,
    SecurityScopesRebuild,
    VcPluginJob,
    LicAutoUpdate,
    DatabaseMaintenance,
    HistoryCollectJob,
    LicenseRevoke,
    SyncCheckForProductUpdatesOption,
    LogExport
};
enum class SystemSessionState { InProgress, CompletedSuccessfully, CompletedWarning, Failed };

struct SessionResultInfoType {
    SessionResult Result = SessionResult::None;
    std::optional<std::string> Message;
    bool IsCanceled = false;
};

struct SystemSession : Entity {
    SystemSessionType SessionType = SystemSessionType::CollectJob;
    Timestamp CreationTimeUTC{};
    std::optional<Timestamp> EndTimeUTC;
    SystemSessionState State = SystemSessionState::InProgress;
    std::optional<SessionResultInfoType> Result;  // none while InProgress
};
struct SystemSessions : List<SystemSession> {};

struct SystemSessionEventType {
    Timestamp CreationTimeUTC{};
    std::string Message;
    std::int64_t Order = 0;
};

struct SystemSessionEvents : Resource {
    std::vector<SystemSessionEventType> Events;
};

}  // namespace holdfast::api
