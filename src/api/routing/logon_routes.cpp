#include "api/routing/logon_routes.hpp"

#include "api/routing/call.hpp"
#include "api/routing/credentials.hpp"
#include "api/routing/logon_documents.hpp"

namespace holdfast::api {
namespace {

Answer show_entry_point(const Call& call) {
    return ok(describe_entry_point(call.links()));
}

// A body is not needed, and most clients send none or nonsense; a tenant's logon is told that there are no
// tenants.
void refuse_tenants(const std::string& body) {
    for (std::string_view mark : {"TenantCredentials", "VCloudOrganizationCredentials"})
        if (body.find(mark) != std::string::npos)
            throw Error(ErrorKind::not_supported, "This server has no tenants")
                .advise("Log on as an account of this server, with Basic authentication.");
}

Answer log_on(const Call& call, LogonRegistry& logons, LogonCheck& check) {
    auto version = parse_version(call.query().get("v"));
    if (!version)
        throw Error(ErrorKind::invalid_input, "There is no such version of the API")
            .advise("Ask for v1_7, or for latest.");
    auto credentials = parse_basic(call.request().header("Authorization"));
    if (!credentials) {
        refuse_tenants(call.request().body);
        throw Error(ErrorKind::unauthenticated,
                    "Logging on needs a user name and a password by Basic authentication");
    }
    const auto changes = check.changes();
    AuthenticatedAccount account = check.check(*credentials, call.remote_address());
    if (account.roles.empty()) throw Error(ErrorKind::forbidden, "Access denied: this account has no role");
    auto logon = logons.open(account.name, account.roles, *version, account.longest_session);
    // Who changed the account has ended its sessions; this one may have come too late for that.
    if (check.changes() != changes) {
        logons.end(logon->id());
        throw Error(ErrorKind::unavailable, "An account was changed during the logon")
            .advise("Log on again.");
    }
    std::string token = token_of(logon->id());
    Answer answer = created(describe_logon(*logon, call.links()));
    answer.headers = {{std::string(session_header), token},
                      {"Set-Cookie", std::string(session_header) + "=" + token +
                                         "; Path=/api; Secure; HttpOnly; SameSite=Strict"}};
    return answer;
}

// The same for the sessions of others, of whom nothing is told. (EM answers 500; nothing went wrong here.)
[[noreturn]] void refuse_unknown() {
    throw Error(ErrorKind::not_found, "There is no logon session with this id");
}

std::shared_ptr<Logon> own_session(const Call& call, const LogonRegistry& logons) {
    auto id = parse_urn_or_id(call.text(0));
    if (id)
        for (const auto& logon : logons.shown_to(call.logon()))
            if (logon->id() == *id) return logon;
    refuse_unknown();
}

Answer list_sessions(const Call& call, const LogonRegistry& logons) {
    LogonSessions list;
    for (const auto& logon : logons.shown_to(call.logon()))
        list.items.push_back(describe_logon(*logon, call.links()));
    return ok(std::move(list));
}

Answer log_out(const Call& call, LogonRegistry& logons) {
    if (!logons.end(own_session(call, logons)->id())) refuse_unknown();
    return no_content();
}

}  // namespace

std::vector<Route> logon_routes(LogonRegistry& logons, LogonCheck& check) {
    return {
        {.method = "GET", .path = "/", .callers = Callers::anyone(), .handler = show_entry_point},
        {.method = "POST",
         .path = "/sessionMngr",
         .callers = Callers::anyone(),
         .handler = [&](const Call& call) { return log_on(call, logons, check); }},
        {.method = "GET",
         .path = "/logonSessions",
         .callers = Callers::any_account(),
         .handler = [&](const Call& call) { return list_sessions(call, logons); }},
        {.method = "GET",
         .path = "/logonSessions/{ID}",
         .callers = Callers::any_account(),
         .handler =
             [&](const Call& call) { return ok(describe_logon(*own_session(call, logons), call.links())); }},
        {.method = "DELETE",
         .path = "/logonSessions/{ID}",
         .callers = Callers::any_account(),
         .handler = [&](const Call& call) { return log_out(call, logons); }},
    };
}

}  // namespace holdfast::api
