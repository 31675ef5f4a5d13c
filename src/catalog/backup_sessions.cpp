#include "catalog/backup_sessions.hpp"

#include "base/error.hpp"

namespace holdfast::catalog {
namespace {

const std::string select_session =
    "SELECT id, job_id, job_name, owner, created_at, ended_at, state, result, progress, is_retry, reason, "
    "restore_point_id"
    " FROM backup_sessions";
const std::string select_task =
    "SELECT id, session_id, server_id, domain_id, vm_name, created_at, ended_at, state, result, reason, "
    "total_size,"
    " read_bytes, transferred_bytes, vm_restore_point_id FROM backup_task_sessions";

BackupSession read_session(const Row& row) {
    BackupSession session;
    session.id = row.id("id");
    session.job = row.id("job_id");
    session.job_name = row.text("job_name");
    session.owner = row.text("owner");
    session.created = row.time("created_at");
    session.ended = row.optional_time("ended_at");
    session.state = row.text("state");
    session.result = row.text("result");
    session.progress = static_cast<int>(row.number("progress"));
    session.is_retry = row.flag("is_retry");
    session.reason = row.text("reason");
    session.restore_point = row.optional_id("restore_point_id");
    return session;
}

TaskSession read_task(const Row& row) {
    TaskSession task;
    task.id = row.id("id");
    task.session = row.id("session_id");
    task.server = row.id("server_id");
    task.domain = row.id("domain_id");
    task.vm_name = row.text("vm_name");
    task.created = row.time("created_at");
    task.ended = row.optional_time("ended_at");
    task.state = row.text("state");
    task.result = row.text("result");
    task.reason = row.text("reason");
    task.total_size = row.number("total_size");
    task.read_bytes = row.number("read_bytes");
    task.transferred_bytes = row.number("transferred_bytes");
    task.vm_restore_point = row.optional_id("vm_restore_point_id");
    return task;
}

Timestamp thirty_days_ago() {
    return now() - std::chrono::days(30);
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

std::vector<BackupSession> BackupSessions::list() {
    return database_.read([](Connection& connection) {
        return connection.query(select_session + " WHERE created_at >= :since ORDER BY created_at DESC, id")
            .bind("since", thirty_days_ago())
            .rows(read_session);
    });
}

std::vector<BackupSession> BackupSessions::list_of_job(const Uuid& job) {
    return database_.read([&](Connection& connection) {
        return connection
            .query(select_session +
                   " WHERE job_id = :job AND created_at >= :since ORDER BY created_at DESC, id")
            .bind("job", job)
            .bind("since", thirty_days_ago())
            .rows(read_session);
    });
}

std::optional<BackupSession> BackupSessions::find(const Uuid& id) {
    return database_.read([&](Connection& connection) {
        return connection.query(select_session + " WHERE id = :id").bind("id", id).first(read_session);
    });
}

std::optional<BackupSession> BackupSessions::newest_of_job(const Uuid& job) {
    return database_.read([&](Connection& connection) {
        return connection.query(select_session + " WHERE job_id = :job ORDER BY created_at DESC LIMIT 1")
            .bind("job", job)
            .first(read_session);
    });
}

std::vector<TaskSession> BackupSessions::list_tasks() {
    return database_.read([](Connection& connection) {
        return connection.query(select_task + " WHERE created_at >= :since ORDER BY created_at DESC, id")
            .bind("since", thirty_days_ago())
            .rows(read_task);
    });
}

std::vector<TaskSession> BackupSessions::list_tasks_of(const Uuid& session) {
    return database_.read([&](Connection& connection) {
        return connection.query(select_task + " WHERE session_id = :session ORDER BY created_at, vm_name, id")
            .bind("session", session)
            .rows(read_task);
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
    return database_.read([&](Connection& connection) {
        return connection.query(select_task + " WHERE id = :id").bind("id", id).first(read_task);
    });
}

void BackupSessions::start(const BackupSession& session, const std::vector<TaskSession>& tasks) {
    try {
        database_.transaction([&](Connection& connection) {
            connection
                .query(
                    "INSERT INTO backup_sessions (id, job_id, job_name, owner, created_at, ended_at, state, "
                    "result,"
                    " progress, is_retry, reason, restore_point_id)"
                    " VALUES (:id, :job, :name, :owner, :created, NULL, :state, :result, 0, :retry, '', "
                    ":point)")
                .bind("id", session.id)
                .bind("job", session.job)
                .bind("name", session.job_name)
                .bind("owner", session.owner)
                .bind("created", session.created)
                .bind("state", session.state)
                .bind("result", session.result)
                .bind("retry", session.is_retry)
                .bind("point", session.restore_point)
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
    });
}

void BackupSessions::update_task(const TaskSession& task) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "UPDATE backup_task_sessions SET ended_at = :ended, state = :state, result = :result, reason "
                "= :reason,"
                " total_size = :total, read_bytes = :read, transferred_bytes = :transferred,"
                " vm_restore_point_id = :point WHERE id = :id")
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

void fail_session(Connection& connection, const Uuid& session, const std::string& reason) {
    connection
        .query(
            "UPDATE backup_task_sessions SET ended_at = :ended, state = 'Completed', result = 'Failed',"
            " reason = :reason WHERE session_id = :session AND ended_at IS NULL")
        .bind("ended", now())
        .bind("reason", reason)
        .bind("session", session)
        .run();
    connection
        .query(
            "UPDATE backup_sessions SET ended_at = :ended, state = 'Stopped', result = 'Failed', reason = "
            ":reason"
            " WHERE id = :id")
        .bind("ended", now())
        .bind("reason", reason)
        .bind("id", session)
        .run();
}

}  // namespace

void BackupSessions::fail_open_of_job(const Uuid& job, const std::string& owner, const std::string& reason) {
    database_.transaction([&](Connection& connection) {
        auto open =
            connection.query(select_session + " WHERE ended_at IS NULL AND owner = :owner AND job_id = :job")
                .bind("owner", owner)
                .bind("job", job)
                .rows(read_session);
        for (const auto& session : open) fail_session(connection, session.id, reason);
    });
}

std::vector<BackupSession> BackupSessions::fail_interrupted(const std::string& owner,
                                                            const std::string& reason) {
    return database_.transaction([&](Connection& connection) {
        auto interrupted = connection.query(select_session + " WHERE ended_at IS NULL AND owner = :owner")
                               .bind("owner", owner)
                               .rows(read_session);
        for (const auto& session : interrupted) fail_session(connection, session.id, reason);
        return interrupted;
    });
}

}  // namespace holdfast::catalog
