#include "api/resources/event_routes.hpp"

#include "api/events/event_streams.hpp"
#include "api/resources/handler.hpp"

namespace holdfast::api {
namespace {

Answer follow_events(const Services& services, const Call& call) {
    return raw(services.events.open({.logon = call.shared_logon(),
                                     .links = call.links(),
                                     .last_id = std::string(call.request().header("Last-Event-ID"))}));
}

}  // namespace

std::vector<Route> event_routes(const Services& services) {
    return {{.method = "GET",
             .path = "/events",
             .callers = Callers::any_account(),
             .handler = bind_handler(services, follow_events)}};
}

}  // namespace holdfast::api
