#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

#include "api/resources/handler.hpp"
#include "api/resources/infrastructure_routes.hpp"
#include "api/resources/scope_form.hpp"
#include "api/routing/uri.hpp"
#include "base/text.hpp"
#include "catalog/account_scopes.hpp"
#include "protection/host_inventory.hpp"

namespace holdfast::api {
namespace {

namespace scope_type = catalog::scope_type;

constexpr std::array found_types{scope_type::machine, scope_type::host, scope_type::storage_pool,
                                 scope_type::network, scope_type::tag};

// Types that other platforms have: no libvirt host has any.
constexpr auto other_types = std::to_array<std::string_view>(
    {"Cluster", "Template", "VirtualApp", "Vc", "Datacenter", "Folder", "ComputeResource", "ResourcePool",
     "Category", "StoragePod", "VcdSystem", "Organization", "OrgVdc", "Vapp", "VappTemplate", "VmTemplate",
     "Scvmm", "HostGroup", "VmGroup"});

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

// What the caller sees: machines by its scopes, and what holds one of these.
class Sight {
  public:
    explicit Sight(catalog::Visibility visibility) : sees_all_(visibility.sees_all()) {
        if (!sees_all_) machines_ = visibility.machines();
    }

    bool sees_all() const { return sees_all_; }
    bool host(const Uuid& root) const {
        auto first = machines_.lower_bound({root, Uuid()});
        return sees_all_ || (first != machines_.end() && first->first == root);
    }
    bool machine(const Uuid& root, const Uuid& domain) const {
        return sees_all_ || machines_.contains({root, domain});
    }

  private:
    bool sees_all_;
    std::set<std::pair<Uuid, Uuid>> machines_;
};

// One host, as the caller sees it.
class SeenHost {
  public:
    SeenHost(const Services& services, const catalog::ManagedServer& server, const Sight& sight)
        : root_(server.hierarchy_root),
          sight_(sight),
          host_(services.hosts.connect(server.id)),
          inventory_(host_, {root_.to_string(), server.name}) {}

    std::vector<protection::InventoryObject> objects(std::string_view type) {
        auto found = inventory_.objects(type);
        if (!sight_.sees_all())
            std::erase_if(found, [&](const auto& object) {
                return type == scope_type::machine ? !sees(*Uuid::parse(object.id))
                                                   : machines_in(type, object.id).empty();
            });
        return found;
    }

    std::vector<Uuid> machines_in(std::string_view type, const std::string& id) {
        auto found = inventory_.machines_in(type, id);
        std::erase_if(found, [&](const Uuid& domain) { return !sees(domain); });
        return found;
    }

    // not_found for what is not there or not seen.
    protection::InventoryObject find(const ScopeReference& reference) {
        if (reference.type == scope_type::machine) return find_machine(reference);
        for (auto& object : objects(reference.type))
            if (object.id == reference.object ||
                (reference.type == scope_type::tag && equal_ignoring_case(object.id, reference.object)))
                return object;
        throw not_there(reference);
    }

    HierarchyItem to_item(std::string_view type, const protection::InventoryObject& object) const {
        HierarchyItem item;
        item.ObjectRef = to_text(ScopeReference{root_, std::string(type), object.id});
        item.ObjectType = std::string(type);
        item.ObjectName = object.name;
        return item;
    }

  private:
    // Without asking for all the others.
    protection::InventoryObject find_machine(const ScopeReference& reference) {
        auto domain = *Uuid::parse(reference.object);
        if (!sees(domain)) throw not_there(reference);
        return {reference.object, host_.find_domain(domain).name};
    }

    static Error not_there(const ScopeReference& reference) {
        return Error(ErrorKind::not_found, fmt::format("There is no {}", to_text(reference)));
    }

    bool sees(const Uuid& domain) const { return sight_.machine(root_, domain); }

    Uuid root_;
    const Sight& sight_;
    hypervisor::Host& host_;
    protection::HostInventory inventory_;
};

catalog::ManagedServer find_host(const Services& services, const Sight& sight, const Uuid& root) {
    auto server = catalog::ManagedServers(services.database).find_by_hierarchy_root(root);
    if (!sight.host(root)) server.reset();
    return require(std::move(server), "hierarchy root", root);
}

std::vector<catalog::ManagedServer> all_hosts(const Services& services, const Sight& sight) {
    auto servers = catalog::ManagedServers(services.database).list();
    std::erase_if(servers, [&](const auto& server) { return !sight.host(server.hierarchy_root); });
    return servers;
}

Answer look_up_reference(const Services& services, const Call& call, std::string_view text) {
    auto reference = parse_scope_reference(std::string(text));
    Sight sight(services.visibility(call));
    SeenHost host(services, find_host(services, sight, reference.hierarchy_root), sight);
    HierarchyItems items;
    items.items.push_back(host.to_item(reference.type, host.find(reference)));
    return ok(std::move(items));
}

// Where to look: on all hosts, on one, or in what holds machines there.
struct Place {
    std::vector<catalog::ManagedServer> hosts;
    std::optional<ScopeReference> holder;
};

Place place_of(const Services& services, const Call& call, const Sight& sight) {
    auto host = call.query().find("host");
    if (!host || host->empty()) return {all_hosts(services, sight), std::nullopt};
    if (auto id = parse_urn_or_id(*host)) return {{find_host(services, sight, *id)}, std::nullopt};
    auto holder = parse_scope_reference(std::string(*host));
    return {{find_host(services, sight, holder.hierarchy_root)}, holder};
}

std::string_view type_of(const Call& call) {
    auto wanted = call.query().get("type");
    if (wanted.empty()) return scope_type::machine;
    auto is_wanted = [&](std::string_view word) { return equal_ignoring_case(word, wanted); };
    if (auto found = std::ranges::find_if(found_types, is_wanted); found != found_types.end()) return *found;
    if (auto other = std::ranges::find_if(other_types, is_wanted); other != other_types.end()) return *other;
    throw Error(ErrorKind::invalid_input, fmt::format("type={} is no type of objects", wanted.substr(0, 80)))
        .advise(fmt::format("The types are: {}.", fmt::join(found_types, ", ")));
}

// Of these machines those that the holder holds; not_found where that is not there.
void keep_held(std::vector<protection::InventoryObject>& machines, SeenHost& host,
               const ScopeReference& holder) {
    host.find(holder);
    std::set<std::string> held;
    for (const auto& machine : host.machines_in(holder.type, holder.object)) held.insert(machine.to_string());
    std::erase_if(machines, [&](const auto& machine) { return !held.contains(machine.id); });
}

Answer look_up(const Services& services, const Call& call) {
    // Clients write the name of the parameter in both ways.
    for (const char* name : {"hierarchyRef", "hierachyRef"})
        if (auto reference = call.query().find(name)) return look_up_reference(services, call, *reference);
    auto type = type_of(call);
    Sight sight(services.visibility(call));
    auto place = place_of(services, call, sight);
    if (place.holder && type != scope_type::machine)
        throw Error(ErrorKind::invalid_input, "Only machines are looked up in what holds machines")
            .advise("Leave out type, or name a hierarchy root as host.");
    auto given = call.query().get("name");
    auto pattern = to_lower(given.empty() ? "*" : given);
    HierarchyItems items;
    for (const auto& server : place.hosts) {
        SeenHost host(services, server, sight);
        auto objects = host.objects(type);
        if (place.holder) keep_held(objects, host, *place.holder);
        for (const auto& object : objects)
            if (matches(pattern, to_lower(object.name))) items.items.push_back(host.to_item(type, object));
    }
    return ok(std::move(items));
}

Answer lookup_service(const Services& services, const Call& call) {
    LookupSvc service;
    service.Href = call.links().href("/lookupSvc");
    service.Type = "LookupService";
    service.Links =
        LinkList{call.links().link("Up", "/logonSessions/" + call.logon().id().to_string(), "LogonSession")};
    for (const auto& server : all_hosts(services, Sight(services.visibility(call))))
        for (auto type : found_types)
            service.Links->push_back(call.links().link(
                "Down",
                fmt::format("/lookup?host={}&name=*&type={}",
                            percent_encode(make_urn("HierarchyRoot", server.hierarchy_root)), type),
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
