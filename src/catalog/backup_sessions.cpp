#include "catalog/backup_sessions.hpp"

#include "base/error.hpp"
#include "catalog/notification_outbox.hpp"
#include "catalog/session_end.hpp"
#include "catalog/sources.hpp"

namespace holdfast::catalog {
namespace {

constexpr std::string_view table = "backup_sessions";

// The one that is asked for by a condition over "s" or "t", as the sources call their tables.
Query sessions_where(Connection& connection, const std::string& rest) {
    return connection.query(backup_session_source().select() + " WHERE " + rest);
}
Query tasks_where(Connection& connection, const std::string& rest) {
    return connection.query(task_session_source().select() + " WHERE " + rest);
}

void insert_task(Connection& connection, const TaskSession& task) {
    connection
        .query(
            "INSERT INTO backup_task_sessions (id, session_id, server_id, domain_id, vm_name, created_at, "
            "ended_at,"
            " state, result, reason, total_size, read_bytes, transferred_bytes, vm_restore_point_id)"
            " VALUES (:id, :session, :server, :domain, :name, :created, NULL, :state, :result, '', 0, 0, 0, "
            "NULL)")
        .bind("id", task.id)
        .bind("session", task.session)
        .bind("server", task.server)
        .bind("domain", task.domain)
        .bind("name", task.vm_name)
        .bind("created", task.created)
        .bind("state", task.state)
        .bind("result", task.result)
        .run();
}

}  // namespace

std::optional<BackupSession> BackupSessions::find(const Uuid& id) {
    return database_.look_up([&](Connection& connection) {
        return sessions_where(connection, "s.id = :id").bind("id", id).first(backup_session_source().read);
    });
}

std::optional<BackupSession> BackupSessions::newest_of_job(const Uuid& job) {
    return database_.look_up([&](Connection& connection) {
        return sessions_where(connection,
                              "s.job_id = :job AND s.kind = :kind ORDER BY s.created_at DESC LIMIT 1")
            .bind("job", job)
            .bind("kind", session_kind::job)
            .first(backup_session_source().read);
    });
}

bool BackupSessions::has_open_quick_backup(const Uuid& job) {
    return database_.read([&](Connection& connection) {
        return sessions_where(connection, "s.job_id = :job AND s.kind = :kind AND s.ended_at IS NULL")
            .bind("job", job)
            .bind("kind", session_kind::quick)
            .first(backup_session_source().read)
            .has_value();
    });
}

std::vector<BackupSession> BackupSessions::list_current(Timestamp ended_since) {
    return database_.read([&](Connection& connection) {
        return sessions_where(
                   connection,
                   "s.ended_at IS NULL OR s.ended_at >= :since ORDER BY s.created_at, s.id LIMIT 1000")
            .bind("since", ended_since)
            .rows(backup_session_source().read);
    });
}

std::vector<TaskSession> BackupSessions::list_tasks_of(const Uuid& session) {
    return database_.look_up([&](Connection& connection) {
        return tasks_where(connection, "t.session_id = :session ORDER BY t.created_at, t.vm_name, t.id")
            .bind("session", session)
            .rows(task_session_source().read);
    });
}

std::vector<TaskSession> BackupSessions::failed_tasks_of(const Uuid& session) {
    auto tasks = list_tasks_of(session);
    std::erase_if(tasks, [](const TaskSession& task) {
        return task.result == result::success || task.result == result::warning;
    });
    return tasks;
}

std::optional<TaskSession> BackupSessions::find_task(const Uuid& id) {
    return database_.look_up([&](Connection& connection) {
        return tasks_where(connection, "t.id = :id").bind("id", id).first(task_session_source().read);
    });
}

void BackupSessions::start(const BackupSession& session, const std::vector<TaskSession>& tasks) {
    try {
        database_.transaction([&](Connection& connection) {
            connection
                .query(
                    "INSERT INTO backup_sessions (id, job_id, job_name, owner, created_at, ended_at, state, "
                    "result,"
                    " progress, is_retry, reason, restore_point_id, kind, job_type)"
                    " VALUES (:id, :job, :name, :owner, :created, NULL, :state, :result, 0, :retry, '', "
                    ":point, :kind, :type)")
                .bind("id", session.id)
                .bind("job", session.job)
                .bind("name", session.job_name)
                .bind("owner", session.owner)
                .bind("created", session.created)
                .bind("state", session.state)
                .bind("result", session.result)
                .bind("retry", session.is_retry)
                .bind("point", session.restore_point)
                .bind("kind", session.kind)
                .bind("type", to_string(session.job_type))
                .run();
            for (const auto& task : tasks) insert_task(connection, task);
        });
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::conflict) throw;
        throw Error(ErrorKind::conflict, "The job " + session.job_name + " is running already")
            .advise("Wait for its session to end, or stop it first.");
    }
}

void BackupSessions::update(const BackupSession& session) {
    database_.transaction([&](Connection& connection) {
        bool ends = session.ended && end_session(connection, table, session.id, *session.ended);
        connection
            .query(
                "UPDATE backup_sessions SET ended_at = :ended, state = :state, result = :result, progress = "
                ":progress,"
                " reason = :reason, restore_point_id = :point WHERE id = :id")
            .bind("ended", session.ended)
            .bind("state", session.state)
            .bind("result", session.result)
            .bind("progress", session.progress)
            .bind("reason", session.reason)
            .bind("point", session.restore_point)
            .bind("id", session.id)
            .run();
        if (ends) note_end(connection, session);
    });
}

void BackupSessions::update_task(const TaskSession& task) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "UPDATE backup_task_sessions SET created_at = :created, ended_at = :ended, state = :state,"
                " result = :result, reason = :reason, total_size = :total, read_bytes = :read, "
                "transferred_bytes = :transferred,"
                " vm_restore_point_id = :point WHERE id = :id")
            .bind("created", task.created)
            .bind("ended", task.ended)
            .bind("state", task.state)
            .bind("result", task.result)
            .bind("reason", task.reason)
            .bind("total", task.total_size)
            .bind("read", task.read_bytes)
            .bind("transferred", task.transferred_bytes)
            .bind("point", task.vm_restore_point)
            .bind("id", task.id)
            .run();
    });
}

namespace {

void fail_session(Connection& connection, BackupSession session, const std::string& reason) {
    session.ended = now();
    if (!end_session(connection, table, session.id, *session.ended)) return;
    connection
        .query(
            "UPDATE backup_task_sessions SET ended_at = :ended, state = 'Completed', result = 'Failed',"
            " reason = :reason WHERE session_id = :session AND ended_at IS NULL")
        .bind("ended", *session.ended)
        .bind("reason", reason)
        .bind("session", session.id)
        .run();
    store_failure(connection, table, session.id, reason);
    session.result = result::failed;
    note_end(connection, session);
}

}  // namespace

void BackupSessions::fail_open_of_job(const Uuid& job, const std::string& owner, const std::string& reason) {
    database_.transaction([&](Connection& connection) {
        auto open = sessions_where(connection, "s.ended_at IS NULL AND s.owner = :owner AND s.job_id = :job")
                        .bind("owner", owner)
                        .bind("job", job)
                        .rows(backup_session_source().read);
        for (const auto& session : open) fail_session(connection, session, reason);
    });
}

std::vector<BackupSession> BackupSessions::fail_interrupted(const std::string& owner,
                                                            const std::string& reason) {
    return database_.transaction([&](Connection& connection) {
        auto interrupted = sessions_where(connection, "s.ended_at IS NULL AND s.owner = :owner")
                               .bind("owner", owner)
                               .rows(backup_session_source().read);
        for (const auto& session : interrupted) fail_session(connection, session, reason);
        return interrupted;
    });
}

}  // namespace holdfast::catalog
