#include "api/routing/error_answer.hpp"

#include <spdlog/spdlog.h>

#include "api/routing/access_log.hpp"
#include "base/ids.hpp"

namespace holdfast::api {
namespace {

struct Failure {
    int status;
    std::string message;
    Headers headers{};
};

Failure unexpected(const http::Request& request, std::string_view what) {
    std::string incident = Uuid::random().to_string().substr(0, 8);
    spdlog::error("Incident {}: {} {} failed: {}", incident, request.method, loggable_path(request.path),
                  what);
    return {500,
            "Something went wrong inside the server; its log tells more under incident " + incident + "."};
}

Failure describe_current(const http::Request& request) {
    try {
        throw;
    } catch (const StatusError& error) {
        return {error.status(), error.what(), error.headers()};
    } catch (const Error& error) {
        int status = status_of(error.kind());
        // What a defect of ours says is for the log; what the disk or a repository says helps the user.
        if (error.kind() == ErrorKind::internal) return unexpected(request, error.what());
        if (status == 500)
            spdlog::error("{} {} failed: {}", request.method, loggable_path(request.path), error.what());
        return {status, error.what()};
    } catch (const std::exception& error) {
        return unexpected(request, error.what());
    } catch (...) {
        return unexpected(request, "something that is no exception");
    }
}

}  // namespace

http::Response answer_failure(const http::Request& request, Format format, WireForm form) {
    Failure failure = describe_current(request);
    http::Response response = write_error(failure.status, failure.message, format, form);
    // A browser would ask for a password by a window of its own, where the console has a page for that.
    bool is_of_script =
        !request.header("Sec-Fetch-Mode").empty() && request.header("Sec-Fetch-Mode") != "navigate";
    if (failure.status == 401 && !is_of_script)
        response.headers.emplace_back("WWW-Authenticate", "Basic Realm=RestSvc");
    for (auto& header : failure.headers) response.headers.push_back(std::move(header));
    return response;
}

}  // namespace holdfast::api
