#include "api/routing/router.hpp"

#include <algorithm>

#include "api/routing/access_log.hpp"
#include "api/routing/credentials.hpp"
#include "api/routing/error_answer.hpp"
#include "api/routing/known_operations.hpp"
#include "api/routing/logon_documents.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

// What a request asks for, before anybody knows whether it exists.
struct Question {
    std::string_view method;  // GET for HEAD
    std::vector<std::string> segments;
    QueryParameters query;
    std::string_view action() const { return query.get("action"); }
};

Question parse(const http::Request& request) {
    auto segments = split_path(request.path);
    if (!segments) throw Error(ErrorKind::invalid_input, "The path of the request cannot be one of ours");
    // Prometheus looks for them there unless it is told otherwise. All else is below /api.
    bool asks_metrics = segments->size() == 1 && segments->front() == "metrics";
    if (!asks_metrics) {
        if (segments->empty() || !equal_ignoring_case(segments->front(), "api"))
            throw Error(ErrorKind::not_found, "There is nothing here").advise("The API begins at /api/.");
        segments->erase(segments->begin());
    }
    return {request.method == "HEAD" ? "GET" : std::string_view(request.method), std::move(*segments),
            QueryParameters::parse(request.query)};
}

std::string operation_name(const Route& route) {
    std::string name = std::string(route.method) + " /api" + std::string(route.path);
    if (!route.action.empty()) name += "?action=" + std::string(route.action);
    return name;
}

// A feed that keeps a session in use as long as somebody feeds it.
class HoldingFeed final : public http::BodyFeed {
  public:
    HoldingFeed(std::shared_ptr<http::BodyFeed> feed, std::shared_ptr<LogonUse> held)
        : feed_(std::move(feed)), held_(std::move(held)) {}
    Offer offer(std::string_view bytes) override { return feed_->offer(bytes); }
    void finish() override { feed_->finish(); }

  private:
    std::shared_ptr<http::BodyFeed> feed_;
    std::shared_ptr<LogonUse> held_;
};

// A download keeps its session in use until its last byte, a stream of events as long as it lasts.
void hold_while_sent(http::Response& response, LogonUse use) {
    if (std::holds_alternative<std::string>(response.body) || !use) return;
    auto held = std::make_shared<LogonUse>(std::move(use));
    if (auto* body = std::get_if<http::StreamedBody>(&response.body))
        body->produce = [produce = std::move(body->produce), held](http::BodyWriter& writer) {
            produce(writer);
        };
    if (auto* body = std::get_if<http::FedBody>(&response.body))
        body->begin = [begin = std::move(body->begin), held](std::shared_ptr<http::BodyFeed> feed) {
            begin(std::make_shared<HoldingFeed>(std::move(feed), held));
        };
}

bool is_logon(const http::Request& request) {
    auto segments = split_path(request.path);
    return request.method == "POST" && segments && segments->size() == 2 &&
           equal_ignoring_case(segments->back(), "sessionMngr");
}

// "/jobs/{ID}", not "/jobs", and not the files in a mount.
bool reads_one_resource(const Route& route) {
    return route.method == "GET" && route.action.empty() && route.path.ends_with('}') &&
           !route.path.ends_with("{filepath}");
}

// Adds the ETag; where the client has those very bytes already, they are left out.
void tag(http::Response& response, std::string_view if_none_match) {
    auto& body = std::get<std::string>(response.body);
    std::string tag = entity_tag(body);
    if (names_tag(if_none_match, tag, TagComparison::weak)) {
        response.status = 304;
        body.clear();
        std::erase_if(response.headers, [](const auto& header) { return header.first == "Content-Type"; });
    }
    response.headers.emplace_back("ETag", std::move(tag));
}

[[noreturn]] void refuse_unknown(const http::Request& request) {
    if (parse_bearer(request.header("Authorization")))
        throw Error(ErrorKind::unauthenticated, "There is no such API token, or it has expired");
    throw Error(ErrorKind::unauthenticated, "There is no logon session, or it has expired")
        .advise("Log on with POST /api/sessionMngr/?v=latest.");
}

Answer not_built(const Route& route) {
    throw Error(ErrorKind::not_supported, operation_name(route) + " is not supported by this server");
}

}  // namespace

// What the log and the answer to a failure want to know.
struct Router::Outcome {
    std::string account;
    WireForm form;
};

Router::Router(std::vector<Route> routes, LogonRegistry& logons, JsonCase json_case)
    : logons_(logons), json_case_(json_case) {
    const auto not_built = operations_without_route(routes);
    for (auto& route : routes) {
        if (!route.handler) throw Error(ErrorKind::internal, operation_name(route) + " has no handler");
        add(std::move(route));
    }
    for (const auto& known : not_built)
        add({.method = known.method,
             .path = known.path,
             .action = known.action,
             .callers = known.callers,
             .handler = {}});
}

void Router::add(Route route) {
    std::size_t place = tree_.add(route.path);
    if (place >= places_.size()) places_.resize(place + 1);
    for (const Row& row : places_[place])
        if (row.route.method == route.method && equal_ignoring_case(row.route.action, route.action))
            throw Error(ErrorKind::internal, operation_name(route) + " has two routes");
    places_[place].push_back({std::move(route), place});
}

std::vector<RouteRow> Router::rows() const {
    std::vector<RouteRow> all;
    for (const auto& place : places_)
        for (const auto& [route, _] : place)
            all.push_back({std::string(route.method), std::string(route.path), std::string(route.action),
                           route.callers, route.handler != nullptr});
    return all;
}

http::Response Router::describe(int status, std::string_view message, const http::Request* request) const {
    return write_error(status, message, request ? wanted_format(request->header("Accept")) : Format::xml,
                       json_case_);
}

http::Response Router::handle(const http::Request& request) const {
    AccessLog log(request);
    Outcome outcome{.account = {}, .form = json_case_};
    http::Response response;
    try {
        response = answer(request, outcome);
    } catch (...) {
        response = answer_failure(request, wanted_format(request.header("Accept")), outcome.form);
    }
    log.write(response.status, outcome.account);
    tell_change(request, outcome, response.status);
    return response;
}

// Of requests without a session only logons count that came to a check of the password, which is throttled:
// anybody can send others, in any number.
void Router::tell_change(const http::Request& request, const Outcome& outcome, int status) const {
    if (!on_change_ || request.method == "GET" || request.method == "HEAD") return;
    RequestedChange change{outcome.account, request.remote_address, loggable_operation(request), status};
    bool was_checked = status == 201 || status == 401 || status == 403;
    if (change.account.empty() && was_checked && is_logon(request))
        if (auto credentials = parse_basic(request.header("Authorization")))
            change.account = printable(credentials->name);
    if (!change.account.empty()) on_change_(change);
}

// By an API token or a session; where both are there, the token counts.
LogonUse Router::identify(const http::Request& request) const {
    if (auto bearer = parse_bearer(request.header("Authorization"))) {
        auto grant = tokens_ != nullptr ? tokens_->check(*bearer) : std::nullopt;
        return grant ? logons_.use(*grant) : LogonUse();
    }
    auto session = session_of(request);
    return session ? logons_.use(*session) : LogonUse();
}

http::Response Router::answer(const http::Request& request, Outcome& outcome) const {
    LogonUse use = identify(request);
    if (use) outcome.account = use.logon()->who();
    refuse_cross_site(request);
    Question question = parse(request);
    // A logon names the version of its session, and is answered in it.
    const bool has_version = use && !is_logon(request);
    const auto version = has_version ? use.logon()->version() : parse_version(question.query.get("v"));
    outcome.form.version = api_version_of(version.value_or("latest"));
    auto match = tree_.find(question.segments);
    // Who is not logged on learns nothing but that.
    if (!use && !is_open(match, question.method)) refuse_unknown(request);
    if (!match) throw Error(ErrorKind::not_found, "There is no resource at this address");
    const Row& row = select(match->number, question.method, question.action());
    const Route& route = row.route;
    if (route.callers.needs_session() && !route.callers.allows(use.logon()->roles()))
        throw Error(ErrorKind::forbidden, "Access denied: " + operation_name(route) + " needs another role");
    if (!route.handler) not_built(route);

    Format format = wanted_format(request.header("Accept"));
    CallParts parts{.segments = std::move(question.segments),
                    .parameters = std::move(match->parameters),
                    .query = std::move(question.query),
                    .format = format,
                    .logon = use.logon()};
    auto run = [&] { return call_handler(request, row, std::move(parts), outcome.form); };
    // Each logon makes a session of its own.
    bool is_keyed = answer_once_ && route.method == "POST" && route.callers.needs_session() &&
                    !route.tells_secret && !request.header("Idempotency-Key").empty();
    http::Response response =
        is_keyed ? answer_once_(keyed_request(request, format, use.logon()->account()), run) : run();
    hold_while_sent(response, std::move(use));
    return response;
}

http::Response Router::call_handler(const http::Request& request, const Row& row, CallParts parts,
                                    WireForm form) const {
    Format format = parts.format;
    if (row.route.method != "GET") {
        parts.precondition = Precondition(request.header("If-Match"), json_case_);
        require_match(request, parts, row.place);
    }
    return finish(request, row.route, row.route.handler(Call(request, std::move(parts))), format, form);
}

bool Router::is_open(const std::optional<PathTree::Match>& match, std::string_view method) const {
    return match && std::ranges::any_of(places_[match->number], [&](const Row& row) {
               return row.route.method == method && !row.route.callers.needs_session();
           });
}

const Router::Row& Router::select(std::size_t place, std::string_view method, std::string_view action) const {
    const auto& rows = places_[place];
    bool has_method = false;
    for (const Row& row : rows) {
        if (row.route.method != method) continue;
        has_method = true;
        if (equal_ignoring_case(row.route.action, action)) return row;
    }
    if (!has_method) refuse_method(place, method);
    refuse_action(place, method, action);
}

void Router::refuse_method(std::size_t place, std::string_view method) const {
    std::string allowed;
    for (std::string_view candidate : {"GET", "HEAD", "POST", "PUT", "DELETE"}) {
        std::string_view wanted = candidate == "HEAD" ? "GET" : candidate;
        if (std::ranges::none_of(places_[place], [&](const Row& row) { return row.route.method == wanted; }))
            continue;
        allowed += (allowed.empty() ? "" : ", ") + std::string(candidate);
    }
    StatusError error(405, ErrorKind::invalid_input,
                      "The method " + std::string(method.substr(0, 20)) + " is not allowed here");
    error.add_header("Allow", allowed);
    error.advise("Allowed: " + allowed + ".");
    throw error;
}

void Router::refuse_action(std::size_t place, std::string_view method, std::string_view action) const {
    std::string actions;
    for (const Row& row : places_[place])
        if (row.route.method == method && !row.route.action.empty())
            actions += (actions.empty() ? "" : ", ") + std::string(row.route.action);
    Error error(ErrorKind::invalid_input,
                action.empty() ? std::string(method) + " needs an action here"
                               : "There is no action '" + std::string(action.substr(0, 80)) + "' here");
    error.advise(actions.empty() ? std::string(method) + " has no actions here: leave ?action= out."
                                 : "The actions are: " + actions + ".");
    throw error;
}

// What is read of the resource itself, where a place is that of one resource.
const Route* Router::reading_of(std::size_t place) const {
    for (const Row& row : places_[place])
        if (reads_one_resource(row.route) && row.route.handler) return &row.route;
    return nullptr;
}

void Router::require_match(const http::Request& request, const CallParts& parts, std::size_t place) const {
    if (!parts.precondition.is_given()) return;
    const Route* reading = reading_of(place);
    if (!reading || !parts.logon || !reading->callers.allows(parts.logon->roles()))
        parts.precondition.require({});
    auto form = [&](std::string_view query) {
        CallParts asked = parts;
        asked.query = QueryParameters::parse(query);
        return reading->handler(Call(request, std::move(asked))).document.value();
    };
    parts.precondition.require({form(""), form("format=Entity")});
}

http::Response Router::finish(const http::Request& request, const Route& route, Answer answer, Format format,
                              WireForm form) {
    if (answer.raw) return std::move(*answer.raw);
    http::Response response{.status = answer.status};
    if (answer.rest)
        response = write_in_parts(answer, format, form);
    else if (answer.document)
        response = write_document(answer.status, *answer.document, format, form);
    std::ranges::move(answer.headers, std::back_inserter(response.headers));
    if (answer.document && reads_one_resource(route)) tag(response, request.header("If-None-Match"));
    return response;
}

}  // namespace holdfast::api
