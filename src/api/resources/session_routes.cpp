#include "api/resources/session_routes.hpp"

#include <fmt/format.h>

#include "api/resources/visible.hpp"

namespace holdfast::api {
namespace {

catalog::Selection recent(const Services& services, const Call& call) {
    auto selection = services.selection(call);
    selection.created_since = oldest_listed_session();
    return selection;
}

Answer list_sessions(const Services& services, const Call& call) {
    return list_of<BackupJobSessions>(services, call, catalog::backup_session_source(),
                                      recent(services, call));
}

Answer get_session(const Services& services, const Call& call) {
    auto site = services.site(call);
    auto record = find_session(services, call);
    return one(call, represent(record, site));
}

Answer stop_session(const Services& services, const Call& call) {
    auto record = find_session(services, call);
    services.backups.stop_session(record.id, call.logon().account());
    return services.start_task(call, "StopJobSession", [record](std::stop_token) {
        return TaskOutcome{
            .message = fmt::format("Session of job \"{}\" triggered to stop.", record.job_name),
            .links = {{"Related", "/backupSessions/" + record.id.to_string() + "?format=Entity",
                       "BackupJobSession", record.job_name}}};
    });
}

Answer list_task_sessions_of(const Services& services, const Call& call) {
    auto session = find_session(services, call);
    return list_of<BackupTaskSessions>(services, call, catalog::task_session_source(),
                                       services.selection_in(call, "session", session.id));
}

Answer list_task_sessions(const Services& services, const Call& call) {
    return list_of<BackupTaskSessions>(services, call, catalog::task_session_source(),
                                       recent(services, call));
}

Answer get_task_session(const Services& services, const Call& call) {
    auto site = services.site(call);
    return one(call, represent(find_task_session(services, call), site));
}

auto represent_as_asked(const Call& call) {
    return [with_reason = wants_details(call)](const catalog::RestoreSession& record, Site& site) {
        auto entity = represent(record, site);
        if (with_reason) entity.Reason = record.reason;
        return entity;
    };
}

Answer list_restore_sessions(const Services& services, const Call& call) {
    return list_of<RestoreSessions>(services, call, catalog::restore_session_source(), recent(services, call),
                                    represent_as_asked(call));
}

Answer get_restore_session(const Services& services, const Call& call) {
    auto site = services.site(call);
    return one(call, represent_as_asked(call)(find_restore_session(services, call), site));
}

}  // namespace

std::vector<Route> session_routes(const Services& services) {
    auto bound = [&](auto handler) { return bind_handler(services, handler); };
    constexpr auto any_account = Callers::any_account();
    return {
        {.method = "GET", .path = "/backupSessions", .callers = readers, .handler = bound(list_sessions)},
        {.method = "GET", .path = "/backupSessions/{ID}", .callers = readers, .handler = bound(get_session)},
        {.method = "POST",
         .path = "/backupSessions/{ID}",
         .action = "stop",
         .callers = Callers::administrators(),
         .handler = bound(stop_session)},
        {.method = "GET",
         .path = "/backupSessions/{ID}/taskSessions",
         .callers = readers,
         .handler = bound(list_task_sessions_of)},
        {.method = "GET",
         .path = "/backupTaskSessions",
         .callers = readers,
         .handler = bound(list_task_sessions)},
        {.method = "GET",
         .path = "/backupTaskSessions/{ID}",
         .callers = readers,
         .handler = bound(get_task_session)},
        {.method = "GET",
         .path = "/restoreSessions",
         .callers = any_account,
         .handler = bound(list_restore_sessions)},
        {.method = "GET",
         .path = "/restoreSessions/{ID}",
         .callers = any_account,
         .handler = bound(get_restore_session)},
    };
}

}  // namespace holdfast::api
