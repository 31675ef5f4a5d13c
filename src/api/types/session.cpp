#include "api/types/session.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ENUM(SessionState, Starting, Stopping, Working, Pausing, Resuming, Stopped)
HOLDFAST_ENUM(SessionResult, None, Success, Warning, Failed)
HOLDFAST_ENUM(TaskSessionState, InProgress, Pending, Completed)
HOLDFAST_ENUM(RestoreType, FileLevelRestore, RestoreVm)

HOLDFAST_DESCRIBE(JobSession, (Entity),
                  (JobUid, JobName, JobType, CreationTimeUTC, EndTimeUTC, State, Result, Progress,
                   FailureMessage),
                  "JobSessionEntityType", "")
HOLDFAST_ROOT(BackupJobSession, "BackupJobSessionEntityType", (JobSession), (IsRetry))
HOLDFAST_LIST(BackupJobSessions, "BackupJobSessionEntityListType", "BackupJobSession")
HOLDFAST_ROOT(BackupTaskSession, "BackupTaskSessionEntityType", (Entity),
              (JobSessionUid, CreationTimeUTC, EndTimeUTC, State, Result, Reason, TotalSize, VmUid,
               VmDisplayName))
HOLDFAST_LIST(BackupTaskSessions, "BackupTaskSessionEntityListType", "BackupTaskSession")
HOLDFAST_ROOT(RestoreSession, "RestoreSessionEntityType", (Entity),
              (JobType, CreationTimeUTC, EndTimeUTC, State, Result, Progress, RestoredObjRef, Reason,
               VmDisplayName))
HOLDFAST_LIST(RestoreSessions, "RestoreSessionEntityListType", "RestoreSession")

}  // namespace holdfast::api
