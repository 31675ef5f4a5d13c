#include <fmt/format.h>

#include "api/resources/handler.hpp"
#include "api/resources/infrastructure_routes.hpp"
#include "api/routing/uri.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

HierarchyItem to_item(const catalog::ManagedServer& server, const hypervisor::Domain& domain) {
    HierarchyItem item;
    item.ObjectRef = machine_reference(server.hierarchy_root, domain.uuid);
    item.ObjectType = "Vm";
    item.ObjectName = domain.name;
    return item;
}

// "*" stands for any text, anywhere in the pattern; letter case does not matter.
bool matches(std::string_view pattern, std::string_view name) {
    std::size_t p = 0;
    std::size_t n = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = n;
        } else if (p < pattern.size() && pattern[p] == name[n]) {
            ++p;
            ++n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++resume;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

Answer look_up_reference(const Services& services, const Call& call, std::string_view text) {
    auto reference = parse_machine_reference(std::string(text));
    if (!services.visibility(call).machine(reference.hierarchy_root, reference.domain))
        throw Error(ErrorKind::not_found, fmt::format("There is no machine {}", text.substr(0, 200)));
    auto machine = services.hosts.find_machine(reference.hierarchy_root, reference.domain);
    HierarchyItems items;
    items.items.push_back(to_item(machine.server, machine.domain));
    return ok(std::move(items));
}

std::vector<catalog::ManagedServer> servers_to_search(const Services& services, const Call& call) {
    catalog::ManagedServers servers(services.database);
    auto host = call.query().find("host");
    if (!host || host->empty()) return servers.list();
    auto id = parse_urn_or_id(*host);
    if (!id)
        throw Error(ErrorKind::invalid_input, fmt::format("host={} is no UID of a hierarchy root", *host));
    return {require(servers.find_by_hierarchy_root(*id), "hierarchy root", *id)};
}

Answer look_up(const Services& services, const Call& call) {
    // Clients write the name of the parameter in both ways.
    for (const char* name : {"hierarchyRef", "hierachyRef"})
        if (auto reference = call.query().find(name)) return look_up_reference(services, call, *reference);
    auto type = call.query().get("type");
    if (!type.empty() && !equal_ignoring_case(type, "Vm"))
        throw Error(ErrorKind::not_supported,
                    fmt::format("Looking up objects of the type {} is not built yet", type))
            .advise("Look up machines: type=Vm.");
    auto given = call.query().get("name");
    auto pattern = to_lower(given.empty() ? "*" : given);
    auto visibility = services.visibility(call);
    auto seen = visibility.sees_all() ? std::set<std::pair<Uuid, Uuid>>() : visibility.machines();
    HierarchyItems items;
    for (const auto& server : servers_to_search(services, call))
        for (const auto& domain : services.hosts.connect(server.id).domains())
            if (matches(pattern, to_lower(domain.name)) &&
                (visibility.sees_all() || seen.contains({server.hierarchy_root, domain.uuid})))
                items.items.push_back(to_item(server, domain));
    return ok(std::move(items));
}

Answer lookup_service(const Services& services, const Call& call) {
    LookupSvc service;
    service.Href = call.links().href("/lookupSvc");
    service.Type = "LookupService";
    service.Links =
        LinkList{call.links().link("Up", "/logonSessions/" + call.logon().id().to_string(), "LogonSession")};
    for (const auto& server : catalog::ManagedServers(services.database).list())
        service.Links->push_back(
            call.links().link("Down",
                              fmt::format("/lookup?host={}&name=*&type=Vm",
                                          percent_encode(make_urn("HierarchyRoot", server.hierarchy_root))),
                              "HierarchyItemList", server.name));
    return ok(std::move(service));
}

}  // namespace

std::vector<Route> lookup_routes(const Services& services) {
    return {
        {.method = "GET", .path = "/lookup", .callers = readers, .handler = bind_handler(services, look_up)},
        {.method = "GET",
         .path = "/lookupSvc",
         .callers = readers,
         .handler = bind_handler(services, lookup_service)},
    };
}

}  // namespace holdfast::api
