// What ran: sessions of jobs, of the machines within them, and of restores.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/description/list.hpp"
#include "api/types/platform.hpp"
#include "api/types/resource.hpp"

namespace holdfast::api {

enum class SessionState { Starting, Stopping, Working, Pausing, Resuming, Stopped };
// None: not ended yet.
enum class SessionResult { None, Success, Warning, Failed };
enum class TaskSessionState { InProgress, Pending, Completed };
enum class RestoreType { FileLevelRestore, RestoreVm };

// What sessions of all kinds of jobs have in common.
struct JobSession : Entity {
    std::string JobUid;
    std::string JobName;
    api::JobType JobType = api::JobType::Backup;
    Timestamp CreationTimeUTC{};
    std::optional<Timestamp> EndTimeUTC;
    SessionState State = SessionState::Starting;
    SessionResult Result = SessionResult::None;
    std::int32_t Progress = 0;  // percent
    std::optional<std::string> FailureMessage;
};

struct BackupJobSession : JobSession {
    bool IsRetry = false;
};
struct BackupJobSessions : List<BackupJobSession> {};

struct BackupTaskSession : Entity {
    std::string JobSessionUid;
    Timestamp CreationTimeUTC{};
    std::optional<Timestamp> EndTimeUTC;
    TaskSessionState State = TaskSessionState::Pending;
    SessionResult Result = SessionResult::None;
    std::string Reason;
    std::int64_t TotalSize = 0;  // bytes
    std::optional<std::string> VmUid;
    Attribute<std::optional<std::string>> VmDisplayName;
};
struct BackupTaskSessions : List<BackupTaskSession> {};

struct RestoreSession : Entity {
    RestoreType JobType = RestoreType::RestoreVm;
    Timestamp CreationTimeUTC{};
    std::optional<Timestamp> EndTimeUTC;
    SessionState State = SessionState::Starting;
    SessionResult Result = SessionResult::None;
    std::int32_t Progress = 0;
    std::optional<std::string> RestoredObjRef;
    // Ours, and only where it was asked for (?details=true): strict clients of EM do not know it.
    std::optional<std::string> Reason;
    Attribute<std::optional<std::string>> VmDisplayName;
};
struct RestoreSessions : List<RestoreSession> {};

}  // namespace holdfast::api
