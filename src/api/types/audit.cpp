#include "api/types/audit.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ROOT(AuditEvent, "AuditEventType", (), (TimeUTC, Account, Address, Operation, StatusCode))
HOLDFAST_LIST(AuditEvents, "AuditEventListType", "AuditEvent")

}  // namespace holdfast::api
