// The documents around the resources: the entry point, logon, tasks, errors, services, references.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/description/list.hpp"
#include "api/types/resource.hpp"

namespace holdfast::api {

struct EntityReferences : List<EntityRef> {};

struct SupportedVersionType {
    std::optional<LinkList> Links;
    Attribute<std::string> Name;  // "v1_7"
};

struct SupportedVersionListType {
    std::vector<SupportedVersionType> SupportedVersion;  // ascending
};

struct EnterpriseManager : Resource {
    std::optional<SupportedVersionListType> SupportedVersions;
};

// SessionId is a secret: the token of the session is its base64.
struct LogonSession : Resource {
    std::string UserName;
    std::string SessionId;
};
struct LogonSessions : List<LogonSession> {};

struct TenantCredentialsType {
    Text<1, 255> Username;
    Text<0, 1024> Password;
};

struct VCloudOrganizationCredentialsType {
    Text<1, 255> OrganizationName;
    Text<1, 255> Login;
    Text<0, 1024> Password;
};

// The body of a tenant's logon; other logons have none.
struct LoginSpec {
    std::optional<TenantCredentialsType> TenantCredentials;
    std::optional<VCloudOrganizationCredentialsType> VCloudOrganizationCredentials;
};

// The root element "Error".
struct ErrorDocument {
    std::optional<std::string> FirstChanceExceptionMessage;
    Attribute<std::string> Message;
    std::optional<std::string> StackTrace;
    Attribute<std::optional<std::string>> Status;
    Attribute<std::int32_t> StatusCode = 500;
};

enum class TaskState { Running, OperationFinished, Finished };

struct TaskResultType {
    std::optional<std::string> Message;
    Attribute<bool> Success = false;
};

struct Task : Resource {
    std::string TaskId;  // "task-1"
    TaskState State = TaskState::Running;
    std::string Operation;                 // "StartJob"
    std::optional<TaskResultType> Result;  // none while Running
};
struct Tasks : List<Task> {};

struct LookupSvc : Resource {};
struct QuerySvc : Resource {};

}  // namespace holdfast::api
