#include "catalog/restore_sessions.hpp"

#include "catalog/backup_sessions.hpp"
#include "catalog/notification_outbox.hpp"
#include "catalog/session_end.hpp"
#include "catalog/sources.hpp"

namespace holdfast::catalog {
namespace {

constexpr std::string_view table = "restore_sessions";

void fail_session(Connection& connection, RestoreSession session, const std::string& reason) {
    session.ended = now();
    if (!end_session(connection, table, session.id, *session.ended)) return;
    store_failure(connection, table, session.id, reason);
    session.result = result::failed;
    note_end(connection, session);
}

}  // namespace

RestoreSession new_restore_session(const std::string& kind, const std::string& owner,
                                   const VmRestorePoint& point, const std::string& account) {
    RestoreSession session;
    session.id = Uuid::random();
    session.kind = kind;
    session.owner = owner;
    session.vm_restore_point = point.id;
    session.vm_name = point.vm_name;
    session.started_by = account;
    session.created = now();
    session.state = state::working;
    session.result = result::none;
    return session;
}

void insert_session(Connection& connection, const RestoreSession& session) {
    connection
        .query(
            "INSERT INTO restore_sessions (id, kind, owner, vm_restore_point_id, vm_name, started_by, "
            "created_at,"
            " ended_at, state, result, progress, reason, restored_ref)"
            " VALUES (:id, :kind, :owner, :point, :name, :by, :created, NULL, :state, :result, 0, '', "
            ":ref)")
        .bind("id", session.id)
        .bind("kind", session.kind)
        .bind("owner", session.owner)
        .bind("point", session.vm_restore_point)
        .bind("name", session.vm_name)
        .bind("by", session.started_by)
        .bind("created", session.created)
        .bind("state", session.state)
        .bind("result", session.result)
        .bind("ref", session.restored_ref)
        .run();
}

void store_session(Connection& connection, const RestoreSession& session) {
    bool ends = session.ended && end_session(connection, table, session.id, *session.ended);
    connection
        .query(
            "UPDATE restore_sessions SET ended_at = :ended, state = :state, result = :result,"
            " progress = :progress, reason = :reason, restored_ref = :ref WHERE id = :id")
        .bind("ended", session.ended)
        .bind("state", session.state)
        .bind("result", session.result)
        .bind("progress", session.progress)
        .bind("reason", session.reason)
        .bind("ref", session.restored_ref)
        .bind("id", session.id)
        .run();
    if (ends) note_end(connection, session);
}

std::optional<RestoreSession> RestoreSessions::find(const Uuid& id) {
    return database_.look_up([&](Connection& connection) {
        return connection.query(restore_session_source().select() + " WHERE r.id = :id")
            .bind("id", id)
            .first(restore_session_source().read);
    });
}

std::vector<RestoreSession> RestoreSessions::list_current(Timestamp ended_since) {
    return database_.read([&](Connection& connection) {
        return connection
            .query(restore_session_source().select() +
                   " WHERE r.ended_at IS NULL OR r.ended_at >= :since ORDER BY r.created_at, r.id LIMIT 1000")
            .bind("since", ended_since)
            .rows(restore_session_source().read);
    });
}

void RestoreSessions::start(const RestoreSession& session) {
    database_.transaction([&](Connection& connection) { insert_session(connection, session); });
}

void RestoreSessions::update(const RestoreSession& session) {
    database_.transaction([&](Connection& connection) { store_session(connection, session); });
}

std::vector<RestoreSession> RestoreSessions::fail_interrupted(const std::string& owner,
                                                              const std::string& reason) {
    return database_.transaction([&](Connection& connection) {
        auto interrupted = connection
                               .query(restore_session_source().select() +
                                      " WHERE r.ended_at IS NULL AND r.owner = :owner"
                                      " AND r.id NOT IN (SELECT id FROM instant_recoveries)")
                               .bind("owner", owner)
                               .rows(restore_session_source().read);
        for (const auto& session : interrupted) fail_session(connection, session, reason);
        return interrupted;
    });
}

void RestoreSessions::note_leftover(const Uuid& session, const std::string& path) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "INSERT INTO restore_leftovers (session_id, path) VALUES (:session, :path) ON CONFLICT DO "
                "NOTHING")
            .bind("session", session)
            .bind("path", path)
            .run();
    });
}

std::vector<std::string> RestoreSessions::leftovers(const Uuid& session) {
    return database_.look_up([&](Connection& connection) {
        return connection.query("SELECT path FROM restore_leftovers WHERE session_id = :session")
            .bind("session", session)
            .rows([](const Row& row) { return row.text("path"); });
    });
}

void RestoreSessions::replace_leftovers(const Uuid& session, const std::vector<std::string>& paths) {
    database_.transaction([&](Connection& connection) {
        connection.query("DELETE FROM restore_leftovers WHERE session_id = :session")
            .bind("session", session)
            .run();
        for (const auto& path : paths)
            connection.query("INSERT INTO restore_leftovers (session_id, path) VALUES (:session, :path)")
                .bind("session", session)
                .bind("path", path)
                .run();
    });
}

void RestoreSessions::forget_leftover(const Uuid& session, const std::string& path) {
    database_.transaction([&](Connection& connection) {
        connection.query("DELETE FROM restore_leftovers WHERE session_id = :session AND path = :path")
            .bind("session", session)
            .bind("path", path)
            .run();
    });
}

std::vector<Uuid> RestoreSessions::ended_with_leftovers(const std::string& owner) {
    return database_.look_up([&](Connection& connection) {
        return connection
            .query(
                "SELECT DISTINCT s.id AS id FROM restore_sessions s JOIN restore_leftovers l ON l.session_id "
                "= s.id"
                " WHERE s.ended_at IS NOT NULL AND s.owner = :owner")
            .bind("owner", owner)
            .rows([](const Row& row) { return row.id("id"); });
    });
}

std::set<Uuid> RestoreSessions::points_in_use() {
    auto points = database_.look_up([](Connection& connection) {
        return connection.query("SELECT vm_restore_point_id FROM restore_sessions WHERE ended_at IS NULL")
            .rows([](const Row& row) { return row.id("vm_restore_point_id"); });
    });
    return {points.begin(), points.end()};
}

}  // namespace holdfast::catalog
