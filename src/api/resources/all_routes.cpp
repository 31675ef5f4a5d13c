#include "api/resources/all_routes.hpp"

#include <utility>

#include "api/resources/audit_routes.hpp"
#include "api/resources/backup_server_routes.hpp"
#include "api/resources/boot_verification_routes.hpp"
#include "api/resources/catalog_routes.hpp"
#include "api/resources/empty_family_routes.hpp"
#include "api/resources/event_routes.hpp"
#include "api/resources/guest_script_routes.hpp"
#include "api/resources/infrastructure_routes.hpp"
#include "api/resources/instant_recovery_routes.hpp"
#include "api/resources/job_edit_routes.hpp"
#include "api/resources/job_routes.hpp"
#include "api/resources/linked_job_routes.hpp"
#include "api/resources/metrics_routes.hpp"
#include "api/resources/mount_routes.hpp"
#include "api/resources/notification_routes.hpp"
#include "api/resources/other_server_routes.hpp"
#include "api/resources/own_logon_routes.hpp"
#include "api/resources/query_routes.hpp"
#include "api/resources/report_routes.hpp"
#include "api/resources/repository_upkeep_routes.hpp"
#include "api/resources/restore_point_routes.hpp"
#include "api/resources/schema_routes.hpp"
#include "api/resources/security_routes.hpp"
#include "api/resources/session_routes.hpp"
#include "api/resources/system_session_routes.hpp"
#include "api/resources/task_routes.hpp"
#include "api/resources/token_routes.hpp"
#include "api/routing/logon_routes.hpp"

namespace holdfast::api {

std::vector<Route> all_routes(const Services& services, LogonRegistry& logons, LogonCheck& check,
                              const ServerSetup& setup) {
    std::vector<Route> routes;
    // clang-format off
    for (auto group : {
        logon_routes(logons, check),
        own_logon_routes(services),
        server_settings_routes(setup),
        schema_routes(),
        task_routes(services),
        infrastructure_routes(services),
        repository_upkeep_routes(services),
        other_server_routes(services),
        backup_server_routes(services),
        lookup_routes(services),
        job_routes(services),
        job_edit_routes(services),
        guest_script_routes(services),
        linked_job_routes(services),
        session_routes(services),
        restore_point_routes(services),
        instant_recovery_routes(services),
        boot_verification_routes(services),
        mount_routes(services),
        catalog_routes(services),
        query_routes(services),
        security_routes(services),
        account_routes(services),
        account_scope_routes(services),
        credentials_routes(services),
        audit_routes(services),
        event_routes(services),
        metrics_routes(services),
        token_routes(services),
        notification_routes(services),
        report_routes(services),
        system_session_routes(services),
        empty_family_routes(services)})
        // clang-format on
        for (auto& route : group) routes.push_back(also_for_others(services, std::move(route)));
    routes.push_back(openapi_route(routes));
    return routes;
}

}  // namespace holdfast::api
