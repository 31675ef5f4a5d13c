#include "api/resources/system_session_routes.hpp"

#include "api/resources/entity_form.hpp"
#include "api/resources/visible.hpp"
#include "api/types/system_session.hpp"

namespace holdfast::api {
namespace {

Answer list_sessions(const Services& services, const Call& call) {
    auto selection = services.selection(call);
    selection.created_since = oldest_listed_session();
    return list_of<SystemSessions>(services, call, catalog::system_session_source(), selection);
}

Answer get_session(const Services& services, const Call& call) {
    auto site = services.site(call);
    return one(call, represent(find_system_session(services, call), site));
}

Answer list_events(const Services& services, const Call& call) {
    auto session = find_system_session(services, call);
    auto site = services.site(call);
    auto path = at("/systemSessions", session.id);
    auto shown = represent(session, site);
    SystemSessionEvents events;
    events.Links = LinkList{site.links().link("Up", path + "?format=Entity", "BackupJobSession", shown.Name)};
    events.Href = site.links().href(path + "/events");
    events.Type = "SystemSessionEvents";
    for (const auto& event : catalog::SystemSessions(services.database).events(session.id))
        events.Events.push_back({event.created, event.message, event.position});
    return ok(std::move(events));
}

}  // namespace

std::vector<Route> system_session_routes(const Services& services) {
    auto row = [&](const char* path, auto handler) {
        return Route{
            .method = "GET", .path = path, .callers = readers, .handler = bind_handler(services, handler)};
    };
    return {row("/systemSessions", list_sessions), row("/systemSessions/{ID}", get_session),
            row("/systemSessions/{ID}/events", list_events)};
}

}  // namespace holdfast::api
