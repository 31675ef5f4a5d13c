#include "catalog/notification_outbox.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "catalog/backup_sessions.hpp"
#include "catalog/restore_sessions.hpp"

namespace holdfast::catalog {
namespace {

struct End {
    std::string_view type;
    Uuid session;
    const std::string& owner;
    Timestamp time;
};

std::string_view flag_of(std::string_view result) {
    if (result == result::success) return "on_success";
    return result == result::warning ? "on_warning" : "on_failed";
}

// False when the target is gone. Whoever holds it finds it there until the end of the transaction.
bool hold(Connection& connection, const Uuid& target) {
    return connection.query("UPDATE notification_targets SET id = id WHERE id = :id")
               .bind("id", target)
               .run() == 1;
}

std::int64_t count_waiting(Connection& connection, const Uuid& target) {
    return connection.query("SELECT COUNT(*) AS number FROM notifications WHERE target_id = :target")
        .bind("target", target)
        .first([](const Row& row) { return row.number("number"); })
        .value_or(0);
}

void count_given_up(Connection& connection, const Uuid& target, const std::string& reason, Timestamp time) {
    connection
        .query(
            "UPDATE notification_targets SET given_up = given_up + 1, last_failed_at = :time,"
            " last_failure = :reason WHERE id = :id")
        .bind("time", time)
        .bind("reason", reason)
        .bind("id", target)
        .run();
}

void put_in(Connection& connection, const Uuid& target, const End& end) {
    if (!hold(connection, target)) return;
    if (count_waiting(connection, target) >= NotificationOutbox::most_waiting) {
        count_given_up(connection, target, "Too many wait already: the newest were given up", end.time);
        return;
    }
    connection
        .query(
            "INSERT INTO notifications (id, target_id, owner, session_type, session_id, created_at, tries,"
            " next_try_at) VALUES (:id, :target, :owner, :type, :session, :created, 0, :created)")
        .bind("id", Uuid::random())
        .bind("target", target)
        .bind("owner", end.owner)
        .bind("type", end.type)
        .bind("session", end.session)
        .bind("created", end.time)
        .run();
}

// Targets in the order of their ids, in which all that hold several hold them.
std::vector<Uuid> targets_where(Query query) {
    return query.rows([](const Row& row) { return row.id("id"); });
}

Notification read_notification(const Row& row) {
    return {.id = row.id("id"),
            .target = row.id("target_id"),
            .session_type = row.text("session_type"),
            .session = row.id("session_id"),
            .created = row.time("created_at"),
            .tries = static_cast<int>(row.number("tries"))};
}

void take_out(Connection& connection, const Notification& notification) {
    connection.query("DELETE FROM notifications WHERE id = :id").bind("id", notification.id).run();
}

}  // namespace

void note_end(Connection& connection, const BackupSession& session) {
    const End end{session_type::backup, session.id, session.owner, session.ended.value()};
    auto query = connection.query(
        "SELECT t.id AS id FROM notification_targets t WHERE t." + std::string(flag_of(session.result)) +
        " = 1 AND (t.all_jobs = 1 OR EXISTS (SELECT 1 FROM notification_target_jobs j"
        " WHERE j.target_id = t.id AND j.job_id = :job)) ORDER BY t.id");
    query.bind("job", session.job);
    for (const auto& target : targets_where(std::move(query))) put_in(connection, target, end);
}

void note_end(Connection& connection, const RestoreSession& session) {
    const End end{session_type::restore, session.id, session.owner, session.ended.value()};
    auto query =
        connection.query("SELECT t.id AS id FROM notification_targets t WHERE t." +
                         std::string(flag_of(session.result)) + " = 1 AND t.restores = 1 ORDER BY t.id");
    for (const auto& target : targets_where(std::move(query))) put_in(connection, target, end);
}

std::optional<Notification> NotificationOutbox::next_due(Timestamp time, const std::set<Uuid>& busy) {
    return database_.read([&](Connection& connection) -> std::optional<Notification> {
        auto due = connection
                       .query(
                           "SELECT target_id, MIN(next_try_at) AS due FROM notifications"
                           " WHERE owner = :owner AND next_try_at <= :time GROUP BY target_id"
                           " ORDER BY due, target_id")
                       .bind("owner", owner_)
                       .bind("time", time)
                       .rows([](const Row& row) { return row.id("target_id"); });
        auto target = std::ranges::find_if(due, [&](const Uuid& id) { return !busy.contains(id); });
        if (target == due.end()) return std::nullopt;
        return connection
            .query(
                "SELECT id, target_id, session_type, session_id, created_at, tries FROM notifications"
                " WHERE owner = :owner AND target_id = :target AND next_try_at <= :time"
                " ORDER BY created_at, id LIMIT 1")
            .bind("owner", owner_)
            .bind("target", *target)
            .bind("time", time)
            .first(read_notification);
    });
}

void NotificationOutbox::delivered(const Notification& notification, Timestamp time) {
    database_.transaction([&](Connection& connection) {
        if (!hold(connection, notification.target)) return;
        take_out(connection, notification);
        connection
            .query(
                "UPDATE notification_targets SET delivered = delivered + 1, last_delivered_at = :time"
                " WHERE id = :id")
            .bind("time", time)
            .bind("id", notification.target)
            .run();
    });
}

void NotificationOutbox::failed(const Notification& notification, const Failure& failure) {
    database_.transaction([&](Connection& connection) {
        if (!hold(connection, notification.target)) return;
        connection.query("UPDATE notifications SET tries = tries + 1, next_try_at = :next WHERE id = :id")
            .bind("next", failure.next_try)
            .bind("id", notification.id)
            .run();
        if (failure.is_of_target)
            connection
                .query(
                    "UPDATE notifications SET next_try_at = :next WHERE target_id = :target"
                    " AND next_try_at < :next")
                .bind("next", failure.next_try)
                .bind("target", notification.target)
                .run();
        connection
            .query(
                "UPDATE notification_targets SET last_failed_at = :time, last_failure = :text WHERE id = :id")
            .bind("time", failure.time)
            .bind("text", failure.text)
            .bind("id", notification.target)
            .run();
    });
}

void NotificationOutbox::gave_up(const Notification& notification, const std::string& reason,
                                 Timestamp time) {
    database_.transaction([&](Connection& connection) {
        if (!hold(connection, notification.target)) return;
        take_out(connection, notification);
        count_given_up(connection, notification.target, reason, time);
    });
}

}  // namespace holdfast::catalog
