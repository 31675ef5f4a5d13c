#include "api/resources/own_logon_routes.hpp"

#include <chrono>

#include "api/resources/handler.hpp"
#include "api/routing/logon_registry.hpp"
#include "api/types/own_logon.hpp"

namespace holdfast::api {
namespace {

Answer show_own_logon(const Services& services, const Call& call) {
    auto& logon = call.logon();
    // Who asks this shows the API to a person, who must not have to log on again since the server was
    // restarted.
    if (!logon.is_of_token()) services.keeper.keep(logon);
    OwnLogon own;
    own.Href = call.links().href("/ownLogon");
    own.Type = "OwnLogon";
    own.UserName = logon.account();
    own.SessionId = logon.id().to_string();
    for (AccountRole role : all_roles)
        if (logon.roles().contains(role)) own.Roles.Role.emplace_back(to_string(role));
    own.SeesAllMachines = services.viewer(call).sees_all;
    own.IdleTimeoutSeconds = static_cast<std::int32_t>(std::chrono::seconds(LogonLimits{}.idle).count());
    own.ServerName = services.server.name;
    own.ServerVersion = services.server.version;
    return ok(std::move(own));
}

}  // namespace

std::vector<Route> own_logon_routes(const Services& services) {
    return {{.method = "GET",
             .path = "/ownLogon",
             .callers = Callers::any_account(),
             .handler = bind_handler(services, show_own_logon)}};
}

}  // namespace holdfast::api
