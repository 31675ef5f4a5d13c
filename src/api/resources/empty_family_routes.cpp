#include "api/resources/empty_family_routes.hpp"

#include <fmt/format.h>

#include "api/resources/empty_families.hpp"
#include "api/resources/job_routes.hpp"
#include "api/resources/visible.hpp"
#include "api/routing/known_operations.hpp"
#include "api/types/query_result.hpp"

namespace holdfast::api {
namespace {

Route route_of(const KnownOperation& known, RouteHandler handler, std::string_view none_of = {}) {
    return {.method = known.method,
            .path = known.path,
            .action = known.action,
            .callers = known.callers,
            .handler = std::move(handler),
            .none_of = none_of};
}

// The family whose member, or part of a member, that path names; of several the innermost.
const EmptyFamily* family_of_member(std::string_view path) {
    const EmptyFamily* best = nullptr;
    for (const auto& family : empty_families())
        if (path.starts_with(std::string(family.path) + "/{") &&
            (best == nullptr || family.path.size() > best->path.size()))
            best = &family;
    return best;
}

Answer not_there(const Call& call, const EmptyFamily& family) {
    throw Error(ErrorKind::not_found, fmt::format("There is no {} {}", family.noun, call.id().to_string()));
}

Answer refuse_creation(const Call& call, const EmptyFamily& family) {
    family.check_body(call);
    throw Error(ErrorKind::not_supported,
                fmt::format("A {} cannot be made: this server has no {}", family.noun, family.missing));
}

void add_families(std::vector<Route>& routes) {
    for (const auto& known : known_operations()) {
        if (const auto* family = family_of_member(known.path))
            routes.push_back(route_of(
                known, [family](const Call& call) { return not_there(call, *family); }, family->noun));
        for (const auto& family : empty_families()) {
            if (known.path != family.path) continue;
            if (known.method == "GET") routes.push_back(route_of(known, family.list, family.noun));
            if (known.method == "POST")
                routes.push_back(route_of(
                    known, [&family](const Call& call) { return refuse_creation(call, family); },
                    family.noun));
        }
        for (const auto& service : empty_services())
            if (known.path == service.path)
                routes.push_back(route_of(
                    known, [&service](const Call& call) { return service.describe(call, service); }));
    }
}

// Empty collections of resources that this server does have. `find` refuses those that are not there for the
// caller.
template <typename List, typename Find>
Route none_below(const Services& services, std::string_view path, Find find) {
    return route_of(*find_known_operation("GET", path), [&services, find](const Call& call) {
        find(services, call);
        return collection<List>(call, {});
    });
}

void find_repository(const Services& services, const Call& call) {
    require(catalog::Repositories(services.database).find(call.id()), "repository", call.id());
}

void add_below_others(const Services& services, std::vector<Route>& routes) {
    routes.push_back(none_below<Replicas>(services, "/repositories/{ID}/replicas", find_repository));
    routes.push_back(
        none_below<AgentRestorePoints>(services, "/restorePoints/{ID}/agentRestorePoints", find_point));
    routes.push_back(
        none_below<VAppRestorePoints>(services, "/restorePoints/{ID}/vAppRestorePoints", find_point));
    routes.push_back(none_below<BackupJobSessions>(services, "/backupSessions/{ID}/agentManagementSessions",
                                                   find_session));
    routes.push_back(none_below<ReplicaJobSessions>(services, "/jobs/{ID}/replicaSessions", find_job));
    routes.push_back(none_below<ExternalRepositories>(services, "/backupServers/{ID}/externalRepositories",
                                                      require_this_server));
}

}  // namespace

std::vector<Route> empty_family_routes(const Services& services) {
    std::vector<Route> routes;
    add_families(routes);
    add_below_others(services, routes);
    return routes;
}

}  // namespace holdfast::api
