#include "api/resources/instant_recovery_routes.hpp"

#include "api/resources/entity_form.hpp"
#include "api/resources/visible.hpp"
#include "api/types/instant_recovery.hpp"
#include "catalog/instant_recoveries.hpp"

namespace holdfast::api {
namespace {

std::string path_of(const Uuid& id) {
    return at("/instantRecoveries", id);
}

InstantRecoveryState to_state(const std::string& word) {
    if (word == catalog::recovery_state::publishing) return InstantRecoveryState::Publishing;
    if (word == catalog::recovery_state::published) return InstantRecoveryState::Published;
    if (word == catalog::recovery_state::migrating) return InstantRecoveryState::Migrating;
    return InstantRecoveryState::Discarding;
}

InstantRecovery represent(const catalog::InstantRecovery& recovery, Site& site) {
    const auto& session = recovery.session;
    auto path = path_of(session.id);
    auto entity = begin_entity<InstantRecovery>(site, "InstantRecovery", path, session.id, recovery.vm_name);
    entity.Links =
        LinkList{alternate(site, path, "InstantRecovery", recovery.vm_name),
                 site.links().link("Delete", path), site.links().action("Migrate", path, "migrate"),
                 site.links().link("Related", at("/restoreSessions", session.id), "RestoreSessionReference",
                                   session.vm_name)};
    if (session.has_vm_restore_point)
        entity.Links->push_back(site.links().link("Related", at("/vmRestorePoints", session.vm_restore_point),
                                                  "VmRestorePointReference", session.vm_name));
    entity.State = to_state(recovery.state);
    entity.VmDisplayName = recovery.vm_name;
    entity.RestoredObjRef = machine_reference(recovery.hierarchy_root, recovery.domain);
    entity.CreationTimeUTC = session.created;
    entity.Progress = session.progress;
    if (!session.reason.empty()) entity.Reason = session.reason;
    return entity;
}

// As its restore session.
bool sees(catalog::Visibility& visibility, const catalog::InstantRecovery& recovery) {
    return visibility.restore_session(recovery.session.id);
}

catalog::InstantRecovery find_recovery(const Services& services, const Call& call) {
    auto found = catalog::InstantRecoveries(services.database).find(call.id());
    auto visibility = services.visibility(call);
    if (found && !sees(visibility, *found)) found.reset();
    return require(std::move(found), "instant recovery", call.id());
}

Answer list_recoveries(const Services& services, const Call& call) {
    auto site = services.site(call);
    auto visibility = services.visibility(call);
    std::vector<InstantRecovery> items;
    for (const auto& recovery : catalog::InstantRecoveries(services.database).list())
        if (sees(visibility, recovery)) items.push_back(represent(recovery, site));
    return collection<InstantRecoveries>(call, std::move(items));
}

Answer get_recovery(const Services& services, const Call& call) {
    auto site = services.site(call);
    return one(call, represent(find_recovery(services, call), site));
}

TaskLink link_to_session(const Uuid& id, const std::string& name) {
    return {"Related", at("/restoreSessions", id) + "?format=Entity", "RestoreSession", name};
}

// The task ends when the machine runs.
Answer publish(const Services& services, const Call& call) {
    auto point = find_vm_point(services, call);
    auto spec = call.body_or_default<InstantRecoverySpec>();
    protection::InstantRecoveryRequest request{.point = point,
                                               .new_name = spec.VmNewName ? std::string(*spec.VmNewName) : "",
                                               .power = spec.PowerOn.value_or(true)
                                                            ? protection::PowerAfter::power_on
                                                            : protection::PowerAfter::leave_off,
                                               .connect_networks = spec.ConnectToNetworks,
                                               .account = call.logon().account()};
    return services.start_task(call, "StartInstantRecovery", [&services, request](std::stop_token stop) {
        auto id = services.instant_recoveries.publish(request, stop);
        return TaskOutcome{.message = "The machine runs from the repository.",
                           .links = {{"Related", path_of(id) + "?format=Entity", "InstantRecovery", {}},
                                     link_to_session(id, request.point.vm_name)}};
    });
}

Answer migrate(const Services& services, const Call& call) {
    auto recovery = find_recovery(services, call);
    services.instant_recoveries.migrate(recovery.session.id);
    return services.start_task(call, "MigrateInstantRecovery", [recovery](std::stop_token) {
        return TaskOutcome{.message = "The disks are being completed.",
                           .links = {link_to_session(recovery.session.id, recovery.session.vm_name)}};
    });
}

Answer discard(const Services& services, const Call& call) {
    auto recovery = find_recovery(services, call);
    return services.start_task(call, "DiscardInstantRecovery", [&services, recovery](std::stop_token) {
        services.instant_recoveries.discard(recovery.session.id);
        return TaskOutcome{.message = "The machine was discarded.",
                           .links = {link_to_session(recovery.session.id, recovery.session.vm_name)}};
    });
}

}  // namespace

std::vector<Route> instant_recovery_routes(const Services& services) {
    auto row = rows_for(services, Callers::roles({AccountRole::vm_restore_operator}));
    return {row("POST", "/vmRestorePoints/{ID}", "instantRecovery", publish),
            row("GET", "/instantRecoveries", "", list_recoveries),
            row("GET", "/instantRecoveries/{ID}", "", get_recovery),
            row("POST", "/instantRecoveries/{ID}", "migrate", migrate),
            row("DELETE", "/instantRecoveries/{ID}", "", discard)};
}

}  // namespace holdfast::api
