// The one table of routes, and what every request goes through: session, path, method, action, role, handler,
// answer.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/routing/call.hpp"
#include "api/routing/keyed_request.hpp"
#include "api/routing/logon_registry.hpp"
#include "api/routing/path_tree.hpp"
#include "api/routing/route.hpp"

namespace holdfast::api {

// A row of the table, for documents and tests.
struct RouteRow {
    std::string method;
    std::string path;
    std::string action;
    Callers callers;
    bool built;
};

// A request to change something, by whoever is known by name, and what came of it.
struct RequestedChange {
    std::string account;  // of the session, with its API token; of a logon the name that was given
    std::string address;
    std::string operation;  // "POST /api/jobs/<id>?action=start", without secrets
    int status = 0;
};

// Any thread, after construction.
class Router {
  public:
    // Called on the thread of the request, after its answer was made. Must not throw.
    using ChangeObserver = std::function<void(const RequestedChange&)>;

    // Rows of the EM API that `routes` does not have are added as known but not built. Throws internal for
    // two routes of the same method, path and action. `logons` outlives it and the server.
    Router(std::vector<Route> routes, LogonRegistry& logons, JsonCase json_case = JsonCase::pascal);

    // Before the first request.
    void on_change(ChangeObserver observer) { on_change_ = std::move(observer); }

    // Before the first request: who sees to it that a POST with an Idempotency-Key is done once.
    void answer_once_by(OnceGuard guard) { answer_once_ = std::move(guard); }
    // Before the first request; without it no API token is accepted. Outlives the router.
    void accept_tokens(Tokens& tokens) { tokens_ = &tokens; }

    // The http::Handler. Never throws.
    http::Response handle(const http::Request& request) const;
    // The http::ErrorBody: an Error document, in XML where nothing is known of the request.
    http::Response describe(int status, std::string_view message, const http::Request* request) const;

    std::vector<RouteRow> rows() const;

  private:
    struct Row {
        Route route;
        std::size_t place;  // its path's number in the tree
    };
    struct Outcome;

    void add(Route route);
    LogonUse identify(const http::Request& request) const;
    http::Response answer(const http::Request& request, Outcome& outcome) const;
    const Row& select(std::size_t place, std::string_view method, std::string_view action) const;
    [[noreturn]] void refuse_method(std::size_t place, std::string_view method) const;
    [[noreturn]] void refuse_action(std::size_t place, std::string_view method,
                                    std::string_view action) const;
    bool is_open(const std::optional<PathTree::Match>& match, std::string_view method) const;
    http::Response call_handler(const http::Request& request, const Row& row, CallParts parts,
                                WireForm form) const;
    const Route* reading_of(std::size_t place) const;
    void require_match(const http::Request& request, const CallParts& parts, std::size_t place) const;
    static http::Response finish(const http::Request& request, const Route& route, Answer answer,
                                 Format format, WireForm form);
    void tell_change(const http::Request& request, const Outcome& outcome, int status) const;

    PathTree tree_;
    std::vector<std::vector<Row>> places_;
    LogonRegistry& logons_;
    Tokens* tokens_ = nullptr;
    const JsonCase json_case_;
    ChangeObserver on_change_;
    OnceGuard answer_once_;
};

}  // namespace holdfast::api
