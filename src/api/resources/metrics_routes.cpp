#include "api/resources/metrics_routes.hpp"

#include "api/resources/handler.hpp"

namespace holdfast::api {
namespace {

// The figures are those of the whole installation: who sees a part of it only would learn of the rest.
Answer get_metrics(const Services& services, const Call& call) {
    if (!services.viewer(call).sees_all)
        throw Error(ErrorKind::forbidden, "Access denied: metrics are for accounts that see all machines");
    http::Response response;
    response.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}};
    response.body = services.metrics.text();
    return raw(std::move(response));
}

}  // namespace

std::vector<Route> metrics_routes(const Services& services) {
    return {{.method = "GET",
             .path = "/metrics",
             .callers = readers,
             .handler = bind_handler(services, get_metrics)}};
}

}  // namespace holdfast::api
