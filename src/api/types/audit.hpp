// The audit log, an addition to EM's API: every change that was asked for.
#pragma once

#include <cstdint>
#include <string>

#include "api/description/list.hpp"

namespace holdfast::api {

struct AuditEvent {
    Timestamp TimeUTC;
    std::string Account;    // as it logged on, or tried to
    std::string Address;    // "192.0.2.7"
    std::string Operation;  // "POST /api/jobs/<id>?action=start"
    std::int32_t StatusCode = 0;
};
struct AuditEvents : List<AuditEvent> {};

}  // namespace holdfast::api
