#include "api/resources/query_routes.hpp"

#include <fmt/format.h>

#include "api/resources/handler.hpp"
#include "api/resources/query_answers.hpp"

namespace holdfast::api {
namespace {

// Restore operators may query what they restore from, users more, administrators everything.
constexpr Callers inquirers = restorers;

Answer query(const Services& services, const Call& call) {
    const auto& type = find_query_type(call.query().get("type"));
    if (!type.callers.allows(call.logon().roles()))
        throw Error(ErrorKind::forbidden,
                    fmt::format("Access denied: querying {} needs another role", type.name));
    // A query is always cut into pages.
    auto page = requested_or_first_page(call);
    QueryResult result;
    auto total = answer_query({services, call, type, page}, result);
    result.PagingInfo = paging_info(call, page, total);
    return ok(std::move(result));
}

Answer query_service(const Services&, const Call& call) {
    QuerySvc service;
    service.Href = call.links().href("/querySvc");
    service.Type = "QueryService";
    service.Links =
        LinkList{call.links().link("Up", "/logonSessions/" + call.logon().id().to_string(), "LogonSession")};
    for (const auto& type : query_types())
        if (type.callers.allows(call.logon().roles()))
            service.Links->push_back(
                call.links().link("Down",
                                  fmt::format("/query?type={}&format=Entities&sortAsc={}&pageSize=15&page=1",
                                              type.name, type.link_order),
                                  type.link_type));
    return ok(std::move(service));
}

}  // namespace

std::vector<Route> query_routes(const Services& services) {
    return {
        {.method = "GET", .path = "/query", .callers = inquirers, .handler = bind_handler(services, query)},
        {.method = "GET",
         .path = "/querySvc",
         .callers = inquirers,
         .handler = bind_handler(services, query_service)},
    };
}

}  // namespace holdfast::api
