#include "api/resources/schema_routes.hpp"

#include "api/routing/answer.hpp"
#include "api/routing/call.hpp"
#include "api/schema/rest_api_xsd.hpp"

namespace holdfast::api {
namespace {

Answer get_schema(const Call&) {
    http::Response response;
    response.headers = {{"Content-Type", "application/xml"}};
    response.body = rest_api_xsd();
    return raw(std::move(response));
}

}  // namespace

std::vector<Route> schema_routes() {
    return {{.method = "GET",
             .path = "/schema/RestAPI.xsd",
             .callers = Callers::anyone(),
             .handler = get_schema}};
}

}  // namespace holdfast::api
