#include "api/types/job.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ENUM(Platform, VMware, Hyperv, HyperV, vCloud, AgentForLinux, AgentForWindows, CustomPlatform)
HOLDFAST_ENUM(JobType, Backup, BackupCopy, ImmediateBackupCopy, ImmediateBackupCopyWorker, Replica,
              AgentBackup, AgentManagement, NasBackup)

HOLDFAST_FLAT_LIST(DiskList, "DiskListType", "Disk")
HOLDFAST_VERSIONS(ObjectInJob, {"Order", until(ApiVersion::v1_6)})
HOLDFAST_ROOT(ObjectInJob, "ObjectInJobType", (Resource),
              (ObjectInJobId, HierarchyObjRef, Name, DisplayName, Order, GuestProcessingOptions,
               ExcludedDisks))
HOLDFAST_LIST(ObjectsInJob, "ObjectInJobListType", "ObjectInJob")
HOLDFAST_ROOT(CreateObjectInJobSpec, "CreateObjectInJobSpecType", (),
              (HierarchyObjRef, HierarchyObjName, GuestProcessingOptions, ExcludedDisks))

HOLDFAST_PART(AdvancedStorageOptionsType, (), (PasswordKeyId, CompressionLevel, ReadBytesPerSecond))
HOLDFAST_PART(WeeklyOptionsInfoType, (), (Enabled, RetentionPeriod, SelectedDay))
HOLDFAST_ENUM(WeekOfMonth, First, Last)
HOLDFAST_PART(MonthlyOptionsInfoType, (), (Enabled, RetentionPeriod, SelectedWeek))
HOLDFAST_PART(YearlyOptionsInfoType, (), (Enabled, RetentionPeriod, SelectedMonth))
HOLDFAST_PART(GfsRetentionPolicyOptionsInfoType, (), (Enabled, Weekly, Monthly, Yearly))
HOLDFAST_ENUM(RetainLimitType, Cycles, Days)
HOLDFAST_PART(SimpleRetentionPolicyInfoType, (), (RetainCycles, RetainDaysToKeep, RetainLimitType))

HOLDFAST_PART(BackupJobInfoType, (),
              (Includes, GuestProcessingOptions, AdvancedStorageOptions, GfsRetentionPolicy,
               SimpleRetentionPolicy))
HOLDFAST_PART(ReplicaJobInfoType, (), (Includes, GuestProcessingOptions))
HOLDFAST_ROOT(LinkedJobObject, "LinkedJobObjectType", (Resource), (ObjectInJobId, LinkedJobUid))
HOLDFAST_LIST(LinkedJobResourceObjects, "LinkedJobListType", "LinkedJobObject")
HOLDFAST_ROOT(LinkedBackup, "LinkedBackupType", (), (ObjectInJobId, LinkedBackupUid))
HOLDFAST_PART(LinkedBackupListType, (), (LinkedBackup))
HOLDFAST_ROOT(LinkedBackupRepository, "LinkedBackupRepositoryType", (Resource),
              (ObjectInJobId, LinkedBackupRepositoryUid))
HOLDFAST_LIST(LinkedBackupRepositoryResourceObjects, "LinkedBackupRepositoryListType",
              "LinkedBackupRepository")
HOLDFAST_PART(BackupCopyJobInfoType, (),
              (Includes, LinkedJobIncludes, AdvancedStorageOptions, LinkedBackupIncludes, GfsRetentionPolicy,
               SimpleRetentionPolicy))
HOLDFAST_PART(ImmediateBackupCopyJobInfoType, (),
              (LinkedJobIncludes, LinkedBackupIncludes, LinkedBackupRepositoryIncludes, GfsRetentionPolicy,
               SimpleRetentionPolicy))
HOLDFAST_CHOICE_PART(JobInfoType,
                     (BackupJobInfo, ReplicaJobInfo, BackupCopyJobInfo, ImmediateBackupCopyJobInfo))
HOLDFAST_ROOT(Job, "JobEntityType", (Entity),
              (JobType, Platform, Description, ScheduleConfigured, ScheduleEnabled, NextRun,
               JobScheduleOptions, JobInfo))
HOLDFAST_LIST(Jobs, "JobEntityListType", "Job")

HOLDFAST_PART(BackupJobCloneInfoType, (), (JobName, FolderName, RepositoryUid, Description))
HOLDFAST_PART(ReplicaJobCloneInfoType, (), (JobName, VmSuffix, Description))
HOLDFAST_PART(BackupCopyJobCloneInfoType, (), (JobName, JobFileName, RepositoryUid, Description))
HOLDFAST_PART(ImmediateBackupCopyJobCloneInfoType, (), (JobName, Description, RepositoryUid, JobFileName))
HOLDFAST_CHOICE_ROOT(JobCloneSpec, "JobCloneSpecType",
                     (BackupJobCloneInfo, ReplicaJobCloneInfo, BackupCopyJobCloneInfo,
                      ImmediateBackupCopyJobCloneInfo))
HOLDFAST_ANY_ROOT(LinkedJobSpec, "LinkedJobSpecType", (LinkedJobUid))
HOLDFAST_ANY_ROOT(LinkedBackupRepositorySpec, "LinkedBackupRepositorySpecType", (LinkedBackupRepositoryUid))
HOLDFAST_PART(CreateObjectInJobSpecListType, (), (CreateObjectInJobSpec))
HOLDFAST_PART(LinkedJobSpecListType, (), (LinkedJobSpec))
HOLDFAST_ROOT(JobSpec, "JobSpecType", (),
              (Name, Description, RepositoryUid, Includes, ScheduleEnabled, JobScheduleOptions,
               SimpleRetentionPolicy, AdvancedStorageOptions, GfsRetentionPolicy, JobType, LinkedJobs))

}  // namespace holdfast::api
