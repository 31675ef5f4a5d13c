// What users of vCloud organizations and of vSphere may back up themselves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/description/list.hpp"
#include "api/types/resource.hpp"

namespace holdfast::api {

enum class JobSchedulerType { Full, Partial, Random, Disabled };

struct VCloudService : Resource {};

struct OrganizationJobSettingsType {
    std::optional<bool> DefaultSettings;
    std::optional<bool> CustomSettings;
    std::optional<api::JobSchedulerType> JobSchedulerType;
    std::optional<bool> HighPriorityJob;
    std::optional<std::string> TemplateJobUid;
};

// Also the body of an edit, which sends only what it changes.
struct VCloudOrganizationConfig : Entity {
    std::optional<std::string> BackupServerUid;
    std::optional<std::string> RepositoryUid;
    std::optional<std::int64_t> QuotaGb;
    std::optional<bool> IsDisabled;
    std::optional<OrganizationJobSettingsType> JobSettings;
    std::optional<std::int64_t> UsedQuotaMb;
    std::optional<std::string> HostUid;
    std::optional<std::string> RepositoryFriendlyName;
};
struct VCloudOrganizationConfigs : List<VCloudOrganizationConfig> {};

struct VCloudOrganizationConfigCreateSpec {
    Text<1, 255> OrganizationName;
    Text<1, 256> BackupServerUid;
    Text<1, 256> RepositoryUid;
    std::int64_t QuotaGb = 0;
    std::optional<std::string> TemplateJobUid;
    api::JobSchedulerType JobSchedulerType = api::JobSchedulerType::Full;
    std::optional<bool> HighPriorityJob;
    Text<1, 256> HostUid;
    Text<1, 255> RepositoryFriendlyName;
};

struct JobSettingsResource : Resource {
    std::optional<bool> DefaultSettings;
    std::optional<bool> CustomSettings;
    std::optional<api::JobSchedulerType> JobSchedulerType;
    std::optional<bool> HighPriorityJob;
    std::optional<std::string> TemplateJobUid;
};
struct VCloudOrganizationConfigBackupJobSettings : JobSettingsResource {};
struct VSphereSelfServiceConfigJobSettings : JobSettingsResource {};

struct VSphereSelfService : Resource {};

enum class SelfServiceAccountType { User, Group };

struct VSphereSelfServiceConfigAccountInfoType {
    std::string AccountName;
    std::optional<std::string> AccountSid;
    SelfServiceAccountType AccountType = SelfServiceAccountType::User;
};

struct SelfServiceJobSettingsType {
    std::optional<bool> DefaultSettings;
    std::optional<api::JobSchedulerType> JobSchedulerType;
    std::optional<bool> HighPriorityJob;
    std::optional<std::string> TemplateJobUid;
};

struct VCenterUidList : std::vector<std::string> {
    using std::vector<std::string>::vector;
};

struct TagList : std::vector<std::string> {
    using std::vector<std::string>::vector;
};

// Also the body of an edit, which sends only what it changes.
struct VSphereSelfServiceConfig : Entity {
    std::optional<std::string> BackupServerUid;
    std::optional<std::string> RepositoryUid;
    std::optional<std::int64_t> QuotaGb;
    std::optional<bool> PerUser;
    std::optional<VSphereSelfServiceConfigAccountInfoType> Account;
    std::optional<SelfServiceJobSettingsType> JobSettings;
    std::optional<VCenterUidList> VCentersScope;
    std::optional<TagList> Tags;
    std::optional<std::int64_t> UsedQuotaMb;
};
struct VSphereSelfServiceConfigs : List<VSphereSelfServiceConfig> {};

struct VSphereSelfServiceCreateSpec {
    Text<1, 255> AccountName;
    std::optional<SelfServiceAccountType> AccountType;
    Text<1, 256> RepositoryUid;
    std::int64_t QuotaGb = 0;
    std::optional<bool> PerUser;
    std::optional<std::string> TemplateJobUid;
    std::optional<std::string> TemplateMode;  // "Default"
    std::optional<api::JobSchedulerType> JobSchedulerType;
    std::optional<bool> HighPriorityJob;
    std::optional<VCenterUidList> VCentersScope;
    std::optional<TagList> Tags;
};

}  // namespace holdfast::api
