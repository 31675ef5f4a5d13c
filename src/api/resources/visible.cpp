#include "api/resources/visible.hpp"

namespace holdfast::api {
namespace {

// `sees` asks the caller's visibility for the record.
template <typename Record, typename Sees>
Record require_visible(const Services& services, const Call& call, std::optional<Record> record,
                       const std::string& kind, Sees sees) {
    auto visibility = services.visibility(call);
    if (record && !sees(visibility, *record)) record.reset();
    return require(std::move(record), kind, call.id());
}

bool sees_machine(catalog::Visibility& visibility, const catalog::VmRestorePoint& point) {
    return visibility.machine(point.hierarchy_root, point.domain);
}

}  // namespace

catalog::Backup find_backup(const Services& services, const Call& call) {
    return require_visible(services, call, catalog::RestorePoints(services.database).find_backup(call.id()),
                           "backup", [](auto& seen, const auto& backup) { return seen.backup(backup.id); });
}

catalog::RestorePoint find_point(const Services& services, const Call& call) {
    return require_visible(services, call, catalog::RestorePoints(services.database).find(call.id()),
                           "restore point",
                           [](auto& seen, const auto& point) { return seen.restore_point(point.id); });
}

catalog::VmRestorePoint find_vm_point(const Services& services, const Call& call) {
    return require_visible(services, call, catalog::RestorePoints(services.database).find_vm_point(call.id()),
                           "VM restore point", sees_machine);
}

catalog::VmRestorePoint find_file(const Services& services, const Call& call) {
    return require_visible(services, call, catalog::RestorePoints(services.database).find_by_file(call.id()),
                           "backup file", sees_machine);
}

catalog::BackupSession find_session(const Services& services, const Call& call) {
    return require(catalog::find_visible_session(services.database, services.viewer(call), call.id()),
                   "backup session", call.id());
}

catalog::TaskSession find_task_session(const Services& services, const Call& call) {
    return require_visible(services, call, catalog::BackupSessions(services.database).find_task(call.id()),
                           "backup task session",
                           [](auto& seen, const auto& task) { return seen.task_session(task.id); });
}

catalog::RestoreSession find_restore_session(const Services& services, const Call& call) {
    return require_visible(services, call, catalog::RestoreSessions(services.database).find(call.id()),
                           "restore session",
                           [](auto& seen, const auto& session) { return seen.restore_session(session.id); });
}

catalog::SystemSession find_system_session(const Services& services, const Call& call) {
    return require_visible(services, call, catalog::SystemSessions(services.database).find(call.id()),
                           "system session", [](auto& seen, const auto&) { return seen.sees_all(); });
}

}  // namespace holdfast::api
