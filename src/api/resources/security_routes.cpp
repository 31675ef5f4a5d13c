#include "api/resources/security_routes.hpp"

#include "api/resources/handler.hpp"
#include "api/resources/represent_security.hpp"
#include "api/resources/role_ids.hpp"

namespace holdfast::api {
namespace {

Answer get_security(const Services&, const Call& call) {
    EnterpriseSecuritySettings settings;
    auto links = call.links();
    settings.Href = links.href("/security");
    settings.Type = "EnterpriseSecuritySettings";
    settings.Links = LinkList{links.link("Down", "/security/accounts", "EnterpriseAccountReferenceList"),
                              links.link("Down", "/security/roles", "EnterpriseRoleReferenceList"),
                              links.link("Create", "/security/accounts"),
                              links.action("Start", "/security/accounts", "rebuildScope")};
    return ok(std::move(settings));
}

Answer list_roles(const Services& services, const Call& call) {
    auto site = services.site(call);
    std::vector<EnterpriseRole> items;
    for (AccountRole role : all_roles) items.push_back(represent(role, site));
    return collection<EnterpriseRoles>(call, std::move(items));
}

Answer get_role(const Services& services, const Call& call) {
    auto site = services.site(call);
    return one(call, represent(require(role_of(call.id()), "role", call.id()), site));
}

}  // namespace

std::vector<Route> security_routes(const Services& services) {
    auto get = [&](std::string_view path, auto handler) {
        return Route{.method = "GET",
                     .path = path,
                     .callers = Callers::administrators(),
                     .handler = bind_handler(services, handler)};
    };
    return {
        get("/security", get_security),
        get("/security/roles", list_roles),
        get("/security/roles/{ID}", get_role),
    };
}

}  // namespace holdfast::api
