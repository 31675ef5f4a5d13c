#include "api/notifications/session_message.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/description/document.hpp"
#include "api/resources/represent.hpp"
#include "api/types/notification.hpp"

namespace holdfast::api {
namespace {

constexpr std::size_t most_machines = 100;

// Links would need an address by which the receiver reaches this server.
template <typename T>
T without_links(T entity) {
    entity.Links.reset();
    entity.Href.reset();
    return entity;
}

NotificationMessage begin(const ThisServer& server, const Uuid& id, Timestamp time,
                          const catalog::NotificationTarget& target) {
    NotificationMessage message;
    message.Id = id.to_string();
    message.TimeUTC = time;
    message.TargetName = target.name;
    message.ServerName = server.name;
    message.ServerUid = make_urn("BackupServer", server.id);
    return message;
}

int urgency(const catalog::TaskSession& task) {
    if (task.result == catalog::result::failed) return 0;
    return task.result == catalog::result::warning ? 1 : 2;
}

std::vector<catalog::TaskSession> machines_of(catalog::Database& database, const Uuid& session) {
    auto tasks = catalog::BackupSessions(database).list_tasks_of(session);
    std::ranges::stable_sort(tasks, {}, urgency);
    return tasks;
}

std::string lines_of_time(Timestamp created, Timestamp ended) {
    auto duration = std::chrono::floor<std::chrono::seconds>(ended - created);
    return fmt::format("Started:  {} UTC\nEnded:    {} UTC\nDuration: {} s\n", format_for_name(created),
                       format_for_name(ended), duration.count());
}

std::string line_of_reason(const std::string& reason) {
    return reason.empty() ? "" : fmt::format("Reason:   {}\n", reason);
}

std::string mail_of(const catalog::BackupSession& session, const std::vector<catalog::TaskSession>& machines,
                    const ThisServer& server) {
    auto text = fmt::format("Job:      {}\nServer:   {}\nResult:   {}\n{}{}", session.job_name, server.name,
                            session.result, lines_of_time(session.created, *session.ended),
                            line_of_reason(session.reason));
    text += fmt::format("\nMachines: {}\n", machines.size());
    for (std::size_t i = 0; i < std::min(machines.size(), most_machines); ++i) {
        const auto& machine = machines[i];
        text += fmt::format("  {}: {}{}\n", machine.vm_name, machine.result,
                            machine.reason.empty() ? "" : ", " + machine.reason);
    }
    if (machines.size() > most_machines)
        text += fmt::format("  and {} more\n", machines.size() - most_machines);
    return text;
}

std::string mail_of(const catalog::RestoreSession& session, const ThisServer& server) {
    return fmt::format("Restore:  {} {}\nServer:   {}\nBy:       {}\nResult:   {}\n{}{}",
                       session.kind == "FileLevelRestore" ? "files of" : "machine", session.vm_name,
                       server.name, session.started_by, session.result,
                       lines_of_time(session.created, *session.ended), line_of_reason(session.reason));
}

notify::Message message_of(const catalog::BackupSession& session, catalog::Database& database,
                           const ThisServer& server, NotificationMessage body) {
    auto machines = machines_of(database, session.id);
    Site site(LinkBuilder(""), server);
    body.BackupJobSession = without_links(represent(session, site));
    for (std::size_t i = 0; i < std::min(machines.size(), most_machines); ++i)
        body.BackupTaskSession.push_back(without_links(represent(machines[i], site)));
    return {.json = to_json(body),
            .subject = fmt::format("[Holdfast] {}: {}", session.result, session.job_name),
            .text = mail_of(session, machines, server)};
}

notify::Message message_of(const catalog::RestoreSession& session, const ThisServer& server,
                           NotificationMessage body) {
    Site site(LinkBuilder(""), server);
    body.RestoreSession = without_links(represent(session, site));
    if (!session.reason.empty()) body.RestoreSession->Reason = session.reason;
    return {.json = to_json(body),
            .subject = fmt::format("[Holdfast] {}: restore of {}", session.result, session.vm_name),
            .text = mail_of(session, server)};
}

std::optional<notify::Message> compose(catalog::Database& database, const ThisServer& server,
                                       const catalog::Notification& notification, NotificationMessage body) {
    if (notification.session_type == catalog::session_type::backup) {
        auto session = catalog::BackupSessions(database).find(notification.session);
        if (!session || !session->ended) return std::nullopt;
        body.Event = NotificationEvent::BackupJobSessionEnded;
        return message_of(*session, database, server, std::move(body));
    }
    auto session = catalog::RestoreSessions(database).find(notification.session);
    if (!session || !session->ended) return std::nullopt;
    body.Event = NotificationEvent::RestoreSessionEnded;
    return message_of(*session, server, std::move(body));
}

}  // namespace

std::optional<notify::Message> session_message(catalog::Database& database, const ThisServer& server,
                                               const catalog::Notification& notification,
                                               const catalog::NotificationTarget& target) {
    auto message =
        compose(database, server, notification, begin(server, notification.id, notification.created, target));
    if (message) {
        message->id = notification.id;
        message->time = notification.created;
    }
    return message;
}

notify::Message test_message(const ThisServer& server, const catalog::NotificationTarget& target) {
    notify::Message message{.id = Uuid::random(), .time = now()};
    message.json = to_json(begin(server, message.id, message.time, target));
    message.subject = "[Holdfast] Test of " + target.name;
    message.text = fmt::format("Holdfast on {} can reach this address.\n", server.name);
    return message;
}

}  // namespace holdfast::api
