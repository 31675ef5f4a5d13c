#include "api/types/resource.hpp"

#include "api/description/describe.hpp"
#include "api/types/service.hpp"

namespace holdfast::api {

HOLDFAST_DESCRIBE(LinkTarget, (), (Href, Name, Type), "LinkTargetType", "")
HOLDFAST_DESCRIBE(Link, (LinkTarget), (Rel), "LinkType", "Link")
HOLDFAST_FLAT_LIST(LinkList, "LinkListType", "Link")
HOLDFAST_DESCRIBE(PagingInfo, (), (Links, PageNum, PageSize, PagesCount), "PagingInfoType", "")
HOLDFAST_DESCRIBE(Resource, (), (Links, Href, Type), "ResourceType", "")
HOLDFAST_DESCRIBE(Entity, (Resource), (Name, UID), "EntityType", "")
HOLDFAST_PART(EmptyType, (), ())
HOLDFAST_ROOT(EntityRef, "EntityReferenceType", (), (Links, UID, Name, Href, Type))
HOLDFAST_LIST(EntityReferences, "EntityReferenceListType", "Ref")

HOLDFAST_PART(SupportedVersionType, (), (Links, Name))
HOLDFAST_PART(SupportedVersionListType, (), (SupportedVersion))
HOLDFAST_ROOT(EnterpriseManager, "EnterpriseManagerType", (Resource), (SupportedVersions))
HOLDFAST_ROOT(LogonSession, "LogonSessionType", (Resource), (UserName, SessionId))
HOLDFAST_LIST(LogonSessions, "LogonSessionListType", "LogonSession")
HOLDFAST_PART(TenantCredentialsType, (), (Username, Password))
HOLDFAST_PART(VCloudOrganizationCredentialsType, (), (OrganizationName, Login, Password))
HOLDFAST_OPTIONAL_CHOICE_ROOT(LoginSpec, "LoginSpecType", (TenantCredentials, VCloudOrganizationCredentials))
HOLDFAST_DESCRIBE(ErrorDocument, (), (FirstChanceExceptionMessage, Message, StackTrace, Status, StatusCode),
                  "ErrorType", "Error")
HOLDFAST_ENUM(TaskState, Running, OperationFinished, Finished)
HOLDFAST_PART(TaskResultType, (), (Message, Success))
HOLDFAST_ROOT(Task, "TaskType", (Resource), (TaskId, State, Operation, Result))
HOLDFAST_LIST(Tasks, "TaskListType", "Task")
HOLDFAST_ROOT(LookupSvc, "LookupSvcType", (Resource), ())
HOLDFAST_ROOT(QuerySvc, "QuerySvcType", (Resource), ())

}  // namespace holdfast::api
