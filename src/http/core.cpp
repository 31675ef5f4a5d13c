#include "http/core.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "http/connection.hpp"
#include "http/response_head.hpp"

namespace holdfast::http {

ConnectionRegistry::Place ConnectionRegistry::add(const std::shared_ptr<Connection>& connection) {
    std::lock_guard lock(mutex_);
    return busy_.insert(busy_.end(), Entry{.connection = connection});
}

void ConnectionRegistry::remove(Place place) {
    std::lock_guard lock(mutex_);
    (place->waits ? waiting_ : busy_).erase(place);
    changed_.notify_all();
}

void ConnectionRegistry::begin_waiting(Place place) {
    std::lock_guard lock(mutex_);
    waiting_.splice(waiting_.end(), busy_, place);
    place->waits = true;
}

void ConnectionRegistry::end_waiting(Place place) {
    std::lock_guard lock(mutex_);
    if (!std::exchange(place->waits, false)) return;
    busy_.splice(busy_.end(), waiting_, place);
}

bool ConnectionRegistry::waits(Place place) const {
    std::lock_guard lock(mutex_);
    return place->waits;
}

std::vector<std::shared_ptr<Connection>> ConnectionRegistry::take_longest_waiting(std::size_t most) {
    std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<Connection>> taken;
    while (taken.size() < most && !waiting_.empty()) {
        Place place = waiting_.begin();
        place->waits = false;
        busy_.splice(busy_.end(), waiting_, place);
        if (auto connection = place->connection.lock()) taken.push_back(std::move(connection));
    }
    return taken;
}

std::size_t ConnectionRegistry::count() const {
    std::lock_guard lock(mutex_);
    return busy_.size() + waiting_.size();
}

std::vector<std::shared_ptr<Connection>> ConnectionRegistry::all() const {
    std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<Connection>> alive;
    for (const auto* list : {&busy_, &waiting_})
        for (const Entry& entry : *list)
            if (auto connection = entry.connection.lock()) alive.push_back(std::move(connection));
    return alive;
}

bool ConnectionRegistry::wait_until_empty(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, deadline, [this] { return busy_.empty() && waiting_.empty(); });
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
        if (status == 503) response.headers.emplace_back("Retry-After", "5");
        if (std::holds_alternative<std::string>(response.body)) return response;
        spdlog::error("An error of status {} was described by a streamed body, which cannot be", status);
    } catch (const std::exception& error) {
        spdlog::error("An error of status {} could not be described: {}", status, error.what());
    }
    return {.status = status};
}

}  // namespace holdfast::http
