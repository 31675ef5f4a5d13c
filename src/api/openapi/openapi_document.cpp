#include "api/openapi/openapi_document.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <string_view>

#include "api/openapi/openapi_operation.hpp"
#include "api/openapi/openapi_path.hpp"
#include "api/openapi/request_parameters.hpp"
#include "api/routing/credentials.hpp"
#include "api/routing/known_operations.hpp"
#include "api/schema/json_schema.hpp"
#include "api/schema/json_text.hpp"
#include "api/types/notification.hpp"
#include "api/types/service.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

namespace json = boost::json;

constexpr std::string_view about =
    "The management API of Holdfast, compatible with version 1.7 of the REST API of Veeam Backup Enterprise "
    "Manager. Log on with POST /sessionMngr and send the token that is answered with every request. Answers "
    "are in JSON where the header Accept names application/json, in XML (GET /schema/RestAPI.xsd) otherwise. "
    "An answer in JSON has every member, null where there is nothing; sessions of a version up to 1.4 get "
    "none "
    "of these. A request body may leave out what is optional; the letter case of its members does not "
    "matter, "
    "nor does that of paths, and numbers and booleans may stand in quotes. An id in a path is a GUID or a "
    "URN "
    "that ends in one. Operations that are marked with x-not-built answer 501. x-roles names the roles that "
    "may call an operation; x-actions tells the same, the body and the answer of each of its actions.";

using Operations = std::map<std::string_view, std::vector<OperationRow>>;  // by method

// By path, in the order of the alphabet.
std::map<std::string_view, Operations> operations_of(const std::vector<Route>& routes) {
    std::map<std::string_view, Operations> all;
    for (const auto& route : routes)
        all[route.path][route.method].push_back(
            {route.method, route.path, route.action, route.callers, true, route.none_of, route.tells_secret});
    for (const auto& known : operations_without_route(routes))
        all[known.path][known.method].push_back(
            {known.method, known.path, known.action, known.callers, false});
    return all;
}

// "/jobs/{ID}", not "/jobs", and not the files in a mount: what has an ETag.
bool reads_one_resource(std::string_view path, const Operations& operations) {
    const auto reading = operations.find("GET");
    return path.ends_with('}') && !path.ends_with("{filepath}") && reading != operations.end() &&
           std::ranges::any_of(reading->second,
                               [](const auto& row) { return row.is_built && row.action.empty(); });
}

json::object paths_of(const std::vector<Route>& routes, JsonSchemas& schemas) {
    json::object paths;
    for (auto& [path, operations] : operations_of(routes)) {
        json::object item;
        const bool is_of_one_resource = reads_one_resource(path, operations);
        for (auto [method, rows] : operations) {
            for (auto& row : rows) row.is_of_one_resource = is_of_one_resource;
            std::ranges::sort(rows, {}, &OperationRow::action);
            item[to_lower(method)] = openapi_operation(rows, schemas);
        }
        paths[openapi_path(path).text] = std::move(item);
    }
    return paths;
}

// What the server asks of others.
json::object webhooks(JsonSchemas& schemas) {
    const json::object content{
        {"schema", schemas.refer_to(shape_of<NotificationMessage>(), SchemaUse::answer)}};
    const json::object body{{"required", true}, {"content", json::object{{"application/json", content}}}};
    const json::object arrived{{"description", "It has arrived. After any other answer it is sent again."}};
    const json::object operation{
        {"operationId", "sessionEnded"},
        {"description",
         "Sent to notification targets (POST /notificationTargets) when a backup session or a restore "
         "session "
         "has ended. The header X-Holdfast-Signature is t=<seconds since 1970>,v1=<HMAC-SHA256 of <t>.<body> "
         "under the secret of the target, as hex>."},
        {"requestBody", body},
        {"responses", json::object{{"2XX", arrived}}}};
    return json::object{{"sessionEnded", json::object{{"post", operation}}}};
}

json::object error_response(std::string_view description, JsonSchemas& schemas) {
    return {
        {"description", description},
        {"content",
         {{"application/json", {{"schema", schemas.refer_to(shape_of<ErrorDocument>(), SchemaUse::answer)}}},
          {"application/xml", {{"x-xsd-elements", {"Error"}}}}}}};
}

json::object error_responses(JsonSchemas& schemas) {
    return {
        {"Unauthenticated", error_response("There is no session, or the password is wrong.", schemas)},
        {"Forbidden", error_response("The role of the account is not among x-roles.", schemas)},
        {"NotFound", error_response("What the path names is not there, or not for this account.", schemas)},
        {"NotBuilt",
         error_response("This server does not do that; the message tells what is missing.", schemas)},
        {"Failure", error_response("What went wrong, and what to do.", schemas)},
    };
}

json::object security_schemes() {
    return {
        {"session", {{"type", "apiKey"}, {"in", "header"}, {"name", session_header}}},
        {"sessionCookie", {{"type", "apiKey"}, {"in", "cookie"}, {"name", session_header}}},
        {"token", {{"type", "http"}, {"scheme", "bearer"}, {"description", "An API token (POST /tokens)."}}},
        {"basic", {{"type", "http"}, {"scheme", "basic"}, {"description", "Only to log on."}}},
    };
}

}  // namespace

std::string openapi_document(const std::vector<Route>& routes) {
    JsonSchemas schemas;
    json::object document{
        {"openapi", "3.1.0"},
        {"info", {{"title", "Holdfast"}, {"version", "1.7"}, {"description", about}}},
        {"servers", {json::object{{"url", "/api"}}}},
        {"security",
         {json::object{{"session", json::array()}}, json::object{{"sessionCookie", json::array()}},
          json::object{{"token", json::array()}}}}};
    document["paths"] = paths_of(routes, schemas);
    document["webhooks"] = webhooks(schemas);
    auto responses = error_responses(schemas);
    document["components"] = {{"securitySchemes", security_schemes()},
                              {"parameters", shared_parameters()},
                              {"responses", std::move(responses)},
                              {"schemas", schemas.definitions()}};
    return in_lines(document);
}

}  // namespace holdfast::api
