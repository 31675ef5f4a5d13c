// One operation is one row: method, path, action, who may call it, what answers it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "api/routing/answer.hpp"
#include "api/routing/roles.hpp"

namespace holdfast::api {

class Call;
// Runs on a worker thread and may block. An Error that leaves it becomes an Error document.
using RouteHandler = std::function<Answer(const Call&)>;

// Route{.method = "POST", .path = "/jobs/{ID}", .action = "start", .callers = Callers::administrators(),
// .handler = start_job}
struct Route {
    std::string_view method;  // GET (which answers HEAD too), POST, PUT, DELETE
    // Below /api. {Name} is one segment, {filepath} at the end one or more; letter case does not matter.
    std::string_view path;
    std::string_view action{};  // the value of ?action=; empty: without one
    Callers callers;            // has no default: a row that does not say who may call it does not compile
    RouteHandler handler;
    // Of families of which this server has nothing: what it is that the operation never finds or makes.
    std::string_view none_of{};
    // Its answer has a secret that is told once: no Idempotency-Key keeps it to be told again.
    bool tells_secret = false;
};

}  // namespace holdfast::api
