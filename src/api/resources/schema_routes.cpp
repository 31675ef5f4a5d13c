#include "api/resources/schema_routes.hpp"

#include <memory>

#include "api/openapi/openapi_document.hpp"
#include "api/routing/answer.hpp"
#include "api/routing/call.hpp"
#include "api/schema/rest_api_xsd.hpp"

namespace holdfast::api {
namespace {

Answer published(std::string text, std::string media_type) {
    http::Response response;
    response.headers = {{"Content-Type", std::move(media_type)}};
    response.body = std::move(text);
    return raw(std::move(response));
}

Answer get_schema(const Call&) {
    return published(rest_api_xsd(), "application/xml");
}

}  // namespace

std::vector<Route> schema_routes() {
    return {{.method = "GET",
             .path = "/schema/RestAPI.xsd",
             .callers = Callers::anyone(),
             .handler = get_schema}};
}

Route openapi_route(const std::vector<Route>& routes) {
    Route route{.method = "GET", .path = "/schema/openapi.json", .callers = Callers::anyone(), .handler = {}};
    auto described = routes;
    described.push_back(route);
    // Written once: anybody may ask for it.
    auto text = std::make_shared<const std::string>(openapi_document(described));
    route.handler = [text](const Call&) { return published(*text, "application/json"); };
    return route;
}

}  // namespace holdfast::api
