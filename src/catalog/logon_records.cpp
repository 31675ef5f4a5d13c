#include "catalog/logon_records.hpp"

#include <algorithm>

#include "catalog/sources.hpp"

namespace holdfast::catalog {

std::vector<LogonRecord> LogonRecords::list() {
    return database_.read([](Connection& connection) {
        return connection.query("SELECT id, sealed, last_used_at FROM logon_sessions")
            .rows([](const Row& row) {
                return LogonRecord{row.text("id"), row.text("sealed"), row.time("last_used_at")};
            });
    });
}

void LogonRecords::save(const LogonRecord& record) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "INSERT INTO logon_sessions (id, sealed, last_used_at) VALUES (:id, :sealed, :used)"
                " ON CONFLICT (id) DO UPDATE SET last_used_at = excluded.last_used_at")
            .bind("id", record.id)
            .bind("sealed", record.sealed)
            .bind("used", record.last_used)
            .run();
    });
}

void LogonRecords::remove(const std::string& id) {
    database_.transaction([&](Connection& connection) {
        connection.query("DELETE FROM logon_sessions WHERE id = :id").bind("id", id).run();
    });
}

int LogonRecords::add_task(const TaskRecord& task) {
    return database_.transaction([&](Connection& connection) {
        // Servers that share a PostgreSQL take turns, or two of them would take the same number.
        connection.query("UPDATE accounts SET roles = roles WHERE id = :account")
            .bind("account", task.account)
            .run();
        auto number = static_cast<int>(
            connection
                .query("SELECT COALESCE(MAX(number), 0) + 1 AS n FROM tasks WHERE account_id = :account")
                .bind("account", task.account)
                .first([](const Row& row) { return row.number("n"); })
                .value());
        number = std::max(number, task.number);
        connection
            .query(
                "INSERT INTO tasks (account_id, number, logon_session, owner, operation, created_at, "
                "ended_at,"
                " succeeded, message, links)"
                " VALUES (:account, :number, :session, :owner, :operation, :created, NULL, 0, '', :links)")
            .bind("account", task.account)
            .bind("session", task.logon_session)
            .bind("number", number)
            .bind("owner", task.owner)
            .bind("operation", task.operation)
            .bind("created", task.created)
            .bind("links", task.links)
            .run();
        connection
            .query(
                "DELETE FROM tasks WHERE account_id = :account AND number <= :last AND ended_at IS NOT NULL")
            .bind("account", task.account)
            .bind("last", number - most_tasks)
            .run();
        return number;
    });
}

void LogonRecords::update_task(const TaskRecord& task) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "UPDATE tasks SET ended_at = :ended, succeeded = :succeeded, message = :message, links = "
                ":links"
                " WHERE account_id = :account AND number = :number")
            .bind("ended", task.ended)
            .bind("succeeded", task.succeeded)
            .bind("message", task.message)
            .bind("links", task.links)
            .bind("account", task.account)
            .bind("number", task.number)
            .run();
    });
}

void LogonRecords::remove_task(const Uuid& account, int number) {
    database_.transaction([&](Connection& connection) {
        connection.query("DELETE FROM tasks WHERE account_id = :account AND number = :number")
            .bind("account", account)
            .bind("number", number)
            .run();
    });
}

std::optional<TaskRecord> LogonRecords::find_task(const Uuid& account, int number) {
    return database_.read([&](Connection& connection) {
        return connection
            .query(task_source().select() + " WHERE t.account_id = :account AND t.number = :number")
            .bind("account", account)
            .bind("number", number)
            .first(task_source().read);
    });
}

std::vector<TaskRecord> LogonRecords::list_current_tasks(Timestamp ended_since) {
    return database_.read([&](Connection& connection) {
        return connection
            .query(task_source().select() +
                   " WHERE t.ended_at IS NULL OR t.ended_at >= :since"
                   " ORDER BY t.created_at, t.account_id, t.number LIMIT 1000")
            .bind("since", ended_since)
            .rows(task_source().read);
    });
}

void LogonRecords::remove_tasks_ended_before(Timestamp time) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "DELETE FROM tasks WHERE ended_at < :time"
                " AND logon_session NOT IN (SELECT id FROM logon_sessions)")
            .bind("time", time)
            .run();
    });
}

void LogonRecords::fail_interrupted_tasks(const std::string& owner, const std::string& message) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "UPDATE tasks SET ended_at = :ended, succeeded = 0, message = :message"
                " WHERE ended_at IS NULL AND owner = :owner")
            .bind("ended", now())
            .bind("message", message)
            .bind("owner", owner)
            .run();
    });
}

}  // namespace holdfast::catalog
