#include "api/resources/restore_point_routes.hpp"

#include <fmt/format.h>

#include "api/resources/scope_form.hpp"
#include "api/resources/visible.hpp"
#include "catalog/account_scopes.hpp"

namespace holdfast::api {
namespace {

Answer list_files(const Services& services, const Call& call, const catalog::Selection& selection) {
    return list_of<BackupFiles>(services, call, catalog::backup_file_source(), selection, represent_file);
}

auto represent_as_asked(const Call& call) {
    return [with_consistency = wants_details(call)](const catalog::VmRestorePoint& record, Site& site) {
        auto entity = represent(record, site);
        if (with_consistency) entity.Consistency = consistency_of(record);
        return entity;
    };
}

Answer list_machines(const Services& services, const Call& call, const catalog::Selection& selection) {
    return list_of<VmRestorePoints>(services, call, catalog::vm_restore_point_source(), selection,
                                    represent_as_asked(call));
}

Answer list_backups(const Services& services, const Call& call) {
    return list_of<Backups>(services, call, catalog::backup_source());
}
Answer get_backup(const Services& services, const Call& call) {
    auto site = services.site(call);
    return one(call, represent(find_backup(services, call), site));
}
// Backups that are parts of another come from storage that Holdfast does not use: there are none.
Answer list_child_backups(const Services& services, const Call& call) {
    find_backup(services, call);
    return collection<Backups>(call, {});
}
Answer list_points_of_backup(const Services& services, const Call& call) {
    return list_of<RestorePoints>(services, call, catalog::restore_point_source(),
                                  services.selection_in(call, "backup", find_backup(services, call).id));
}
Answer list_files_of_backup(const Services& services, const Call& call) {
    return list_files(services, call, services.selection_in(call, "backup", find_backup(services, call).id));
}

Answer list_points(const Services& services, const Call& call) {
    return list_of<RestorePoints>(services, call, catalog::restore_point_source());
}
Answer get_point(const Services& services, const Call& call) {
    auto site = services.site(call);
    return one(call, represent(find_point(services, call), site));
}
Answer list_vm_points_of(const Services& services, const Call& call) {
    return list_machines(services, call,
                         services.selection_in(call, "restore point", find_point(services, call).id));
}
Answer list_files_of_point(const Services& services, const Call& call) {
    return list_files(services, call,
                      services.selection_in(call, "restore point", find_point(services, call).id));
}

Answer list_all_files(const Services& services, const Call& call) {
    return list_files(services, call, services.selection(call));
}
Answer get_file(const Services& services, const Call& call) {
    auto site = services.site(call);
    return one(call, represent_file(find_file(services, call), site));
}
Answer list_points_of_file(const Services& services, const Call& call) {
    return list_of<RestorePoints>(
        services, call, catalog::restore_point_source(),
        services.selection_in(call, "restore point", find_file(services, call).restore_point));
}
Answer list_vm_points_of_file(const Services& services, const Call& call) {
    return list_machines(services, call, services.selection_in(call, "file", find_file(services, call).file));
}

Answer list_vm_points(const Services& services, const Call& call) {
    return list_machines(services, call, services.selection(call));
}
Answer get_vm_point(const Services& services, const Call& call) {
    auto site = services.site(call);
    return one(call, represent_as_asked(call)(find_vm_point(services, call), site));
}

// What the body asks for that cannot be done is told before anything is touched.
void check_restore(const VmRestoreSpecType& spec, const catalog::VmRestorePoint& point) {
    bool keep_original = spec.KeepOriginalVM.value_or(false);
    if (keep_original && spec.QuickRollback)
        throw Error(ErrorKind::invalid_input, "QuickRollback must be false where KeepOriginalVM is true");
    if (spec.HierarchyRootUid && parse_urn_or_id(*spec.HierarchyRootUid) != point.hierarchy_root)
        throw Error(ErrorKind::not_supported, "Restoring to another host is not built yet")
            .advise("Leave HierarchyRootUid out: the machine is restored to its own host.");
    if (!spec.VmRestoreParameters) return;
    const auto& parameters = *spec.VmRestoreParameters;
    if (parameters.VmRestorePointUid && parse_urn_or_id(*parameters.VmRestorePointUid) != point.id)
        throw Error(ErrorKind::invalid_input,
                    "VmRestorePointUid names another restore point than the address");
    if (parameters.OrgVdcStorageProfileRef || parameters.LinkedCloneVmTemplateRef)
        throw Error(ErrorKind::not_supported, "Holdfast restores to no vCloud Director")
            .advise("Leave OrgVdcStorageProfileRef and LinkedCloneVmTemplateRef out.");
    if (parameters.DatastoreRef && !keep_original)
        throw Error(ErrorKind::not_supported,
                    "Restoring over the original to another storage is not built yet")
            .advise("Leave DatastoreRef out, or set KeepOriginalVM=true.");
    if (parameters.VmNewName && !keep_original)
        throw Error(ErrorKind::invalid_input, "VmNewName is given, but KeepOriginalVM is not true")
            .advise("Set KeepOriginalVM=true to restore beside the original, or leave VmNewName out.");
}

Uuid pool_of(const std::string& text, const catalog::VmRestorePoint& point) {
    auto reference = parse_scope_reference(text);
    auto id = Uuid::parse(reference.object);
    if (reference.type != catalog::scope_type::storage_pool || !id)
        throw Error(ErrorKind::invalid_input,
                    "The reference " + text.substr(0, 200) + " names no storage pool")
            .advise("Take it from GET /api/lookup?type=Datastore.");
    if (reference.hierarchy_root != point.hierarchy_root)
        throw Error(ErrorKind::not_supported, "Restoring to another host is not built yet")
            .advise("Name a storage pool of the machine's own host.");
    return *id;
}

Answer restore_machine(const Services& services, const Call& call) {
    auto point = find_vm_point(services, call);
    auto body = call.body<RestoreSpec>();
    if (!body.VmRestoreSpec)
        throw Error(ErrorKind::invalid_input, "A machine is restored with VmRestoreSpec, not as a vApp");
    const auto& spec = *body.VmRestoreSpec;
    check_restore(spec, point);
    protection::VmRestoreRequest request{
        .point = point,
        .place = spec.KeepOriginalVM.value_or(false) ? protection::RestorePlace::beside_original
                                                     : protection::RestorePlace::over_original,
        .power =
            spec.PowerOnAfterRestore ? protection::PowerAfter::power_on : protection::PowerAfter::leave_off,
        .rollback = spec.QuickRollback ? protection::Rollback::quick : protection::Rollback::whole};
    if (spec.VmRestoreParameters) {
        request.new_name = spec.VmRestoreParameters->VmNewName.value_or("");
        if (const auto& pool = spec.VmRestoreParameters->DatastoreRef)
            request.storage_pool = pool_of(*pool, point);
    }
    auto session = services.restores.start(std::move(request), call.logon().account());
    return services.start_task(call, "StartVMRestore", [point, session](std::stop_token) {
        return TaskOutcome{.message = "Restore operations started successfully.",
                           .links = {{"Related", "/restoreSessions/" + session.to_string() + "?format=Entity",
                                      "RestoreSession", point.vm_name}}};
    });
}

}  // namespace

std::vector<Route> restore_point_routes(const Services& services) {
    constexpr auto vm_restorers = Callers::roles({AccountRole::vm_restore_operator});
    auto get = [&](std::string_view path, Callers callers, auto handler) {
        return Route{
            .method = "GET", .path = path, .callers = callers, .handler = bind_handler(services, handler)};
    };
    return {
        get("/backups", restorers, list_backups),
        get("/backups/{ID}", restorers, get_backup),
        get("/backups/{ID}/childbackups", restorers, list_child_backups),
        get("/backups/{ID}/restorePoints", restorers, list_points_of_backup),
        get("/backups/{ID}/backupFiles", restorers, list_files_of_backup),
        get("/restorePoints", restorers, list_points),
        get("/restorePoints/{ID}", restorers, get_point),
        get("/restorePoints/{ID}/vmRestorePoints", readers, list_vm_points_of),
        get("/restorePoints/{ID}/backupFiles", readers, list_files_of_point),
        get("/backupFiles", readers, list_all_files),
        get("/backupFiles/{ID}", readers, get_file),
        get("/backupFiles/{ID}/restorePoints", restorers, list_points_of_file),
        get("/backupFiles/{ID}/vmRestorePoints", readers, list_vm_points_of_file),
        get("/vmRestorePoints", restorers, list_vm_points),
        get("/vmRestorePoints/{ID}", restorers, get_vm_point),
        {.method = "POST",
         .path = "/vmRestorePoints/{ID}",
         .action = "restore",
         .callers = vm_restorers,
         .handler = bind_handler(services, restore_machine)},
    };
}

}  // namespace holdfast::api
