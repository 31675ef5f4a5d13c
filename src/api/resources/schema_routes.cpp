#include "api/resources/schema_routes.hpp"

#include <functional>
#include <memory>

#include "api/openapi/openapi_document.hpp"
#include "api/routing/answer.hpp"
#include "api/routing/call.hpp"
#include "api/schema/rest_api_xsd.hpp"

namespace holdfast::api {
namespace {

// Written once, and there once: anybody may ask for it.
std::function<Answer(const Call&)> publish(std::string text, std::string media_type) {
    http::Response response;
    response.headers = {{"Content-Type", std::move(media_type)}};
    response.body = std::make_shared<const std::string>(std::move(text));
    return [response = std::move(response)](const Call&) { return raw(response); };
}

}  // namespace

std::vector<Route> schema_routes() {
    return {{.method = "GET",
             .path = "/schema/RestAPI.xsd",
             .callers = Callers::anyone(),
             .handler = publish(rest_api_xsd(), "application/xml")}};
}

Route openapi_route(const std::vector<Route>& routes) {
    Route route{.method = "GET", .path = "/schema/openapi.json", .callers = Callers::anyone(), .handler = {}};
    auto described = routes;
    described.push_back(route);
    route.handler = publish(openapi_document(described), "application/json");
    return route;
}

}  // namespace holdfast::api
