// Jobs, what they protect, and the bodies that make and copy them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/description/list.hpp"
#include "api/types/guest_processing.hpp"
#include "api/types/platform.hpp"
#include "api/types/resource.hpp"
#include "api/types/schedule.hpp"

namespace holdfast::api {

// Of the machine's disks, as libvirt names them: "vda".
struct DiskList : std::vector<std::string> {
    using std::vector<std::string>::vector;
};

struct ObjectInJob : Resource {
    std::optional<std::string> ObjectInJobId;
    std::optional<std::string> HierarchyObjRef;
    std::optional<std::string> Name;
    std::optional<std::string> DisplayName;
    std::optional<std::int64_t> Order;
    std::optional<GuestProcessingOptionsType> GuestProcessingOptions;
    std::optional<DiskList> ExcludedDisks;
};
struct ObjectsInJob : List<ObjectInJob> {};

struct CreateObjectInJobSpec {
    Text<1, 512> HierarchyObjRef;
    std::optional<Text<0, 255>> HierarchyObjName;
    std::optional<GuestProcessingOptionsType> GuestProcessingOptions;
    std::optional<DiskList> ExcludedDisks;
};

struct AdvancedStorageOptionsType {
    std::optional<std::string> PasswordKeyId;
    std::optional<Range<1, 5>> CompressionLevel;
    std::optional<Range<0, std::int64_t{1} << 40>> ReadBytesPerSecond;
};

struct WeeklyOptionsInfoType {
    std::optional<bool> Enabled;
    std::optional<std::int64_t> RetentionPeriod;
    std::optional<DayOfWeek> SelectedDay;
};

enum class WeekOfMonth { First, Last };

struct MonthlyOptionsInfoType {
    std::optional<bool> Enabled;
    std::optional<std::int64_t> RetentionPeriod;
    std::optional<WeekOfMonth> SelectedWeek;
};

struct YearlyOptionsInfoType {
    std::optional<bool> Enabled;
    std::optional<std::int64_t> RetentionPeriod;
    std::optional<Month> SelectedMonth;
};

struct GfsRetentionPolicyOptionsInfoType {
    Attribute<std::optional<bool>> Enabled;
    std::optional<WeeklyOptionsInfoType> Weekly;
    std::optional<MonthlyOptionsInfoType> Monthly;
    std::optional<YearlyOptionsInfoType> Yearly;
};

enum class RetainLimitType { Cycles, Days };

struct SimpleRetentionPolicyInfoType {
    std::optional<Range<1, 9999>> RetainCycles;
    std::optional<Range<1, 9999>> RetainDaysToKeep;
    std::optional<api::RetainLimitType> RetainLimitType;
};

struct BackupJobInfoType {
    std::optional<ObjectsInJob> Includes;
    std::optional<GuestProcessingOptionsType> GuestProcessingOptions;
    std::optional<AdvancedStorageOptionsType> AdvancedStorageOptions;
    std::optional<GfsRetentionPolicyOptionsInfoType> GfsRetentionPolicy;
    std::optional<SimpleRetentionPolicyInfoType> SimpleRetentionPolicy;
};

struct ReplicaJobInfoType {
    std::optional<ObjectsInJob> Includes;
    std::optional<GuestProcessingOptionsType> GuestProcessingOptions;
};

struct LinkedJobObject : Resource {
    std::optional<std::string> ObjectInJobId;
    std::optional<std::string> LinkedJobUid;
};
struct LinkedJobResourceObjects : List<LinkedJobObject> {};

struct LinkedBackup {
    std::optional<std::string> ObjectInJobId;
    std::optional<std::string> LinkedBackupUid;
};

struct LinkedBackupListType {
    std::vector<api::LinkedBackup> LinkedBackup;
};

struct LinkedBackupRepository : Resource {
    std::optional<std::string> ObjectInJobId;
    std::optional<std::string> LinkedBackupRepositoryUid;
};
struct LinkedBackupRepositoryResourceObjects : List<LinkedBackupRepository> {};

// The retention of a copy job is ours.
struct BackupCopyJobInfoType {
    std::optional<ObjectsInJob> Includes;
    std::optional<LinkedJobResourceObjects> LinkedJobIncludes;
    std::optional<AdvancedStorageOptionsType> AdvancedStorageOptions;
    std::optional<LinkedBackupListType> LinkedBackupIncludes;
    std::optional<GfsRetentionPolicyOptionsInfoType> GfsRetentionPolicy;
    std::optional<SimpleRetentionPolicyInfoType> SimpleRetentionPolicy;
};

struct ImmediateBackupCopyJobInfoType {
    std::optional<LinkedJobResourceObjects> LinkedJobIncludes;
    std::optional<LinkedBackupListType> LinkedBackupIncludes;
    std::optional<LinkedBackupRepositoryResourceObjects> LinkedBackupRepositoryIncludes;
    std::optional<GfsRetentionPolicyOptionsInfoType> GfsRetentionPolicy;
    std::optional<SimpleRetentionPolicyInfoType> SimpleRetentionPolicy;
};

// One of the four, by the type of the job.
struct JobInfoType {
    std::optional<BackupJobInfoType> BackupJobInfo;
    std::optional<ReplicaJobInfoType> ReplicaJobInfo;
    std::optional<BackupCopyJobInfoType> BackupCopyJobInfo;
    std::optional<ImmediateBackupCopyJobInfoType> ImmediateBackupCopyJobInfo;
};

// Also the body of an edit, which sends only what it changes.
struct Job : Entity {
    std::optional<api::JobType> JobType;
    std::optional<api::Platform> Platform;
    std::optional<std::string> Description;
    std::optional<bool> ScheduleConfigured;
    std::optional<bool> ScheduleEnabled;
    std::optional<Timestamp> NextRun;
    std::optional<ScheduleOptionsInfoType> JobScheduleOptions;
    std::optional<JobInfoType> JobInfo;
};
struct Jobs : List<Job> {};

struct BackupJobCloneInfoType {
    Text<1, 50> JobName;
    Text<1, 255> FolderName;
    Text<1, 256> RepositoryUid;
    std::optional<std::string> Description;
};

struct ReplicaJobCloneInfoType {
    Text<1, 50> JobName;
    Text<1, 255> VmSuffix;
    std::optional<std::string> Description;
};

struct BackupCopyJobCloneInfoType {
    Text<1, 50> JobName;
    Text<1, 255> JobFileName;
    Text<1, 256> RepositoryUid;
    std::optional<std::string> Description;
};

struct ImmediateBackupCopyJobCloneInfoType {
    Text<1, 50> JobName;
    std::optional<std::string> Description;
    Text<1, 256> RepositoryUid;
    Text<1, 255> JobFileName;
};

// One of the four, by the type of the job.
struct JobCloneSpec {
    std::optional<BackupJobCloneInfoType> BackupJobCloneInfo;
    std::optional<ReplicaJobCloneInfoType> ReplicaJobCloneInfo;
    std::optional<BackupCopyJobCloneInfoType> BackupCopyJobCloneInfo;
    std::optional<ImmediateBackupCopyJobCloneInfoType> ImmediateBackupCopyJobCloneInfo;
};

// Links a copy job to what it copies. The root elements are documented nowhere, so that any is taken.
struct LinkedJobSpec {
    Text<1, 256> LinkedJobUid;
};
struct LinkedBackupRepositorySpec {
    Text<1, 256> LinkedBackupRepositoryUid;
};

struct CreateObjectInJobSpecListType {
    std::vector<api::CreateObjectInJobSpec> CreateObjectInJobSpec;
};

struct LinkedJobSpecListType {
    std::vector<api::LinkedJobSpec> LinkedJobSpec;
};

// Makes a backup job, or a copy job.
struct JobSpec {
    Text<1, 50> Name;
    std::optional<std::string> Description;
    Text<1, 256> RepositoryUid;
    std::optional<CreateObjectInJobSpecListType> Includes;
    std::optional<bool> ScheduleEnabled;
    std::optional<ScheduleOptionsInfoType> JobScheduleOptions;
    std::optional<SimpleRetentionPolicyInfoType> SimpleRetentionPolicy;
    std::optional<AdvancedStorageOptionsType> AdvancedStorageOptions;
    std::optional<GfsRetentionPolicyOptionsInfoType> GfsRetentionPolicy;
    std::optional<api::JobType> JobType;
    std::optional<LinkedJobSpecListType> LinkedJobs;
};

}  // namespace holdfast::api
