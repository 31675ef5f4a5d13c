#include "http/core.hpp"

#include <spdlog/spdlog.h>

#include "http/connection.hpp"
#include "http/response_head.hpp"

namespace holdfast::http {

void ConnectionRegistry::add(const std::shared_ptr<Connection>& connection) {
    std::lock_guard lock(mutex_);
    connections_.emplace(connection.get(), connection);
}

void ConnectionRegistry::remove(const Connection* connection) {
    std::lock_guard lock(mutex_);
    connections_.erase(connection);
    changed_.notify_all();
}

std::size_t ConnectionRegistry::count() const {
    std::lock_guard lock(mutex_);
    return connections_.size();
}

std::vector<std::shared_ptr<Connection>> ConnectionRegistry::all() const {
    std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<Connection>> alive;
    for (const auto& [_, weak] : connections_)
        if (auto connection = weak.lock()) alive.push_back(std::move(connection));
    return alive;
}

bool ConnectionRegistry::wait_until_empty(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, deadline, [this] { return connections_.empty(); });
}

Response Core::run_handler(const Request& request) const {
    try {
        Response response = handler(request);
        check_headers(response);
        return response;
    } catch (const std::exception& error) {
        spdlog::error("The handler of {} {} failed: {}", request.method, request.path, error.what());
    } catch (...) {
        spdlog::error("The handler of {} {} failed with something that is no exception", request.method,
                      request.path);
    }
    return {.status = 500};
}

Response Core::refuse(int status, std::string_view message, const Request* request) const {
    try {
        Response response = error_body(status, message, request);
        if (std::holds_alternative<std::string>(response.body)) return response;
        spdlog::error("An error of status {} was described by a streamed body, which cannot be", status);
    } catch (const std::exception& error) {
        spdlog::error("An error of status {} could not be described: {}", status, error.what());
    }
    return {.status = status};
}

}  // namespace holdfast::http
