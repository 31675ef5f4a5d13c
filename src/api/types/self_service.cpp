#include "api/types/self_service.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ENUM(JobSchedulerType, Full, Partial, Random, Disabled)

HOLDFAST_ROOT(VCloudService, "VCloudServiceType", (Resource), ())
HOLDFAST_VERSIONS(OrganizationJobSettingsType, {"HighPriorityJob", since(ApiVersion::v1_6)})
HOLDFAST_PART(OrganizationJobSettingsType, (),
              (DefaultSettings, CustomSettings, JobSchedulerType, HighPriorityJob, TemplateJobUid))
HOLDFAST_ROOT(VCloudOrganizationConfig, "VCloudOrganizationConfigEntityType", (Entity),
              (BackupServerUid, RepositoryUid, QuotaGb, IsDisabled, JobSettings, UsedQuotaMb, HostUid,
               RepositoryFriendlyName))
HOLDFAST_LIST(VCloudOrganizationConfigs, "VCloudOrganizationConfigEntityListType", "VCloudOrganizationConfig")
HOLDFAST_ROOT(VCloudOrganizationConfigCreateSpec, "VCloudOrganizationConfigCreateSpecType", (),
              (OrganizationName, BackupServerUid, RepositoryUid, QuotaGb, TemplateJobUid, JobSchedulerType,
               HighPriorityJob, HostUid, RepositoryFriendlyName))
HOLDFAST_DESCRIBE(JobSettingsResource, (Resource),
                  (DefaultSettings, CustomSettings, JobSchedulerType, HighPriorityJob, TemplateJobUid),
                  "JobSettingsResourceType", "")
HOLDFAST_ROOT(VCloudOrganizationConfigBackupJobSettings,
              "VCloudOrganizationConfigBackupJobSettingsResourceType", (JobSettingsResource), ())
HOLDFAST_ROOT(VSphereSelfServiceConfigJobSettings, "VSphereSelfServiceConfigJobSettingsResourceType",
              (JobSettingsResource), ())

HOLDFAST_ROOT(VSphereSelfService, "VSphereSelfServiceType", (Resource), ())
HOLDFAST_ENUM(SelfServiceAccountType, User, Group)
HOLDFAST_PART(VSphereSelfServiceConfigAccountInfoType, (), (AccountName, AccountSid, AccountType))
HOLDFAST_VERSIONS(SelfServiceJobSettingsType, {"HighPriorityJob", since(ApiVersion::v1_6)})
HOLDFAST_PART(SelfServiceJobSettingsType, (),
              (DefaultSettings, JobSchedulerType, HighPriorityJob, TemplateJobUid))
HOLDFAST_FLAT_LIST(VCenterUidList, "VCentersScopeListType", "VCenterUid")
HOLDFAST_FLAT_LIST(TagList, "TagsListType", "Tag")
HOLDFAST_JSON_NAMES(VSphereSelfServiceConfig, {"VCentersScope", "VCentersScopes"})
HOLDFAST_ROOT(VSphereSelfServiceConfig, "VSphereSelfServiceConfigEntityType", (Entity),
              (BackupServerUid, RepositoryUid, QuotaGb, PerUser, Account, JobSettings, VCentersScope, Tags,
               UsedQuotaMb))
HOLDFAST_LIST(VSphereSelfServiceConfigs, "VSphereSelfServiceConfigEntityListType", "VSphereSelfServiceConfig")
HOLDFAST_JSON_NAMES(VSphereSelfServiceCreateSpec, {"VCentersScope", "VCentersScopes"})
HOLDFAST_ROOT(VSphereSelfServiceCreateSpec, "VSphereSelfServiceCreateSpecType", (),
              (AccountName, AccountType, RepositoryUid, QuotaGb, PerUser, TemplateJobUid, TemplateMode,
               JobSchedulerType, HighPriorityJob, VCentersScope, Tags))

}  // namespace holdfast::api
