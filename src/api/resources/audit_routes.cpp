#include "api/resources/audit_routes.hpp"

#include <spdlog/spdlog.h>

#include <memory>

#include "api/resources/audit_writer.hpp"
#include "api/resources/handler.hpp"
#include "api/types/audit.hpp"
#include "catalog/audit_log.hpp"

namespace holdfast::api {
namespace {

constexpr std::chrono::days kept{400};

AuditEvent represent(const catalog::AuditEvent& event) {
    AuditEvent resource;
    resource.TimeUTC = event.time;
    resource.Account = event.account;
    resource.Address = event.address;
    resource.Operation = event.operation;
    resource.StatusCode = event.status;
    return resource;
}

// Always a page: the log may be long.
Answer list_events(const Services& services, const Call& call) {
    catalog::AuditLog log(services.database);
    auto page = requested_page(call).value_or(PageRequest());
    AuditEvents list;
    for (const auto& event : log.list(page.first(), page.size)) list.items.push_back(represent(event));
    list.PagingInfo = paging_info(call, page, log.count());
    return ok(std::move(list));
}

}  // namespace

std::vector<Route> audit_routes(const Services& services) {
    return {{.method = "GET",
             .path = "/audit",
             .callers = Callers::administrators(),
             .handler = bind_handler(services, list_events)}};
}

Router::ChangeObserver write_changes_to(catalog::Database& database) {
    return [writer = std::make_shared<AuditWriter>(database)](const RequestedChange& change) {
        writer->write({now(), change.account, change.address, change.operation, change.status});
    };
}

void forget_old_changes(catalog::Database& database) {
    try {
        catalog::AuditLog(database).remove_before(now() - kept);
    } catch (const Error& error) {
        spdlog::warn("Old entries of the audit log could not be removed: {}", error.what());
    }
}

}  // namespace holdfast::api
