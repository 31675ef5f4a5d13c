#include "catalog/audit_log.hpp"

namespace holdfast::catalog {

void AuditLog::add(const std::vector<AuditEvent>& events) {
    database_.transaction([&](Connection& connection) {
        for (const auto& event : events)
            connection
                .query(
                    "INSERT INTO audit_events (id, happened_at, account, address, operation, status)"
                    " VALUES (:id, :time, :account, :address, :operation, :status)")
                .bind("id", Uuid::random())
                .bind("time", event.time)
                .bind("account", event.account)
                .bind("address", event.address)
                .bind("operation", event.operation)
                .bind("status", event.status)
                .run();
    });
}

std::uint64_t AuditLog::count() {
    return database_.read([](Connection& connection) {
        return static_cast<std::uint64_t>(connection.query("SELECT COUNT(*) AS n FROM audit_events")
                                              .first([](const Row& row) { return row.number("n"); })
                                              .value_or(0));
    });
}

std::vector<AuditEvent> AuditLog::list(std::uint64_t first, std::uint64_t count) {
    return database_.read([&](Connection& connection) {
        return connection
            .query(
                "SELECT happened_at, account, address, operation, status FROM audit_events"
                " ORDER BY happened_at DESC, id DESC LIMIT :count OFFSET :first")
            .bind("count", count)
            .bind("first", first)
            .rows([](const Row& row) {
                return AuditEvent{row.time("happened_at"), row.text("account"), row.text("address"),
                                  row.text("operation"), static_cast<int>(row.number("status"))};
            });
    });
}

void AuditLog::remove_before(Timestamp time) {
    database_.transaction([&](Connection& connection) {
        connection.query("DELETE FROM audit_events WHERE happened_at < :time").bind("time", time).run();
    });
}

}  // namespace holdfast::catalog
