#include "catalog/system_sessions.hpp"

#include "catalog/sources.hpp"

namespace holdfast::catalog {

std::optional<SystemSession> SystemSessions::find(const Uuid& id) {
    return database_.read([&](Connection& connection) {
        return connection.query(system_session_source().select() + " WHERE y.id = :id")
            .bind("id", id)
            .first(system_session_source().read);
    });
}

std::vector<SystemSessionEvent> SystemSessions::events(const Uuid& session) {
    return database_.read([&](Connection& connection) {
        return connection
            .query(
                "SELECT created_at, message, position FROM system_session_events WHERE session_id = :session"
                " ORDER BY position")
            .bind("session", session)
            .rows([](const Row& row) {
                return SystemSessionEvent{row.time("created_at"), row.text("message"),
                                          static_cast<int>(row.number("position"))};
            });
    });
}

void SystemSessions::start(const SystemSession& session) {
    database_.transaction([&](Connection& connection) {
        connection.query("DELETE FROM system_sessions WHERE created_at < :oldest AND ended_at IS NOT NULL")
            .bind("oldest", session.created - kept)
            .run();
        connection
            .query(
                "INSERT INTO system_sessions (id, kind, name, owner, created_at, ended_at, result, message,"
                " is_cancelled) VALUES (:id, :kind, :name, :owner, :created, NULL, :result, '', 0)")
            .bind("id", session.id)
            .bind("kind", session.kind)
            .bind("name", session.name)
            .bind("owner", session.owner)
            .bind("created", session.created)
            .bind("result", session.result)
            .run();
    });
}

void SystemSessions::add_event(const Uuid& session, const SystemSessionEvent& event) {
    if (event.position > most_events) return;
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "INSERT INTO system_session_events (session_id, position, created_at, message)"
                " VALUES (:session, :position, :created, :message)")
            .bind("session", session)
            .bind("position", event.position)
            .bind("created", event.created)
            .bind("message", event.message)
            .run();
    });
}

void SystemSessions::end(const SystemSession& session) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "UPDATE system_sessions SET ended_at = :ended, result = :result, message = :message,"
                " is_cancelled = :cancelled WHERE id = :id")
            .bind("ended", session.ended)
            .bind("result", session.result)
            .bind("message", session.message)
            .bind("cancelled", session.is_cancelled)
            .bind("id", session.id)
            .run();
    });
}

void SystemSessions::fail_interrupted(const std::string& owner, const std::string& reason) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "UPDATE system_sessions SET ended_at = :ended, result = 'Failed', message = :reason"
                " WHERE ended_at IS NULL AND owner = :owner")
            .bind("ended", now())
            .bind("reason", reason)
            .bind("owner", owner)
            .run();
    });
}

}  // namespace holdfast::catalog
