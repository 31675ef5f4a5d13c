#include "catalog/instant_recoveries.hpp"

#include "catalog/sources.hpp"

namespace holdfast::catalog {
namespace {

struct RecoveryRow {
    Uuid id;
    InstantRecovery recovery;
};

const std::string select_recoveries =
    "SELECT i.id AS id, i.hierarchy_root_id AS hierarchy_root_id, i.domain_id AS domain_id,"
    " i.vm_name AS vm_name, i.state AS state FROM instant_recoveries i"
    " JOIN restore_sessions s ON s.id = i.id";

RecoveryRow read_recovery(const Row& row) {
    RecoveryRow result{row.id("id"), {}};
    result.recovery.hierarchy_root = row.id("hierarchy_root_id");
    result.recovery.domain = row.id("domain_id");
    result.recovery.vm_name = row.text("vm_name");
    result.recovery.state = row.text("state");
    return result;
}

InstantRecovery complete(Connection& connection, RecoveryRow row) {
    auto session = connection.query(restore_session_source().select() + " WHERE r.id = :id")
                       .bind("id", row.id)
                       .first(restore_session_source().read);
    if (session) row.recovery.session = std::move(*session);
    row.recovery.disks = connection
                             .query(
                                 "SELECT target, overlay FROM instant_recovery_disks"
                                 " WHERE recovery_id = :id ORDER BY target")
                             .bind("id", row.id)
                             .rows([](const Row& disk) {
                                 return InstantRecovery::Disk{disk.text("target"), disk.text("overlay")};
                             });
    return std::move(row.recovery);
}

void insert_disk(Connection& connection, const Uuid& id, const InstantRecovery::Disk& disk) {
    connection
        .query(
            "INSERT INTO instant_recovery_disks (recovery_id, target, overlay)"
            " VALUES (:id, :target, :overlay)")
        .bind("id", id)
        .bind("target", disk.target)
        .bind("overlay", disk.overlay.string())
        .run();
}

}  // namespace

std::vector<InstantRecovery> InstantRecoveries::list() {
    return database_.read([](Connection& connection) {
        auto rows = connection.query(select_recoveries + " ORDER BY s.created_at, i.id").rows(read_recovery);
        std::vector<InstantRecovery> result;
        for (auto& row : rows) result.push_back(complete(connection, std::move(row)));
        return result;
    });
}

std::optional<InstantRecovery> InstantRecoveries::find(const Uuid& id) {
    return database_.read([&](Connection& connection) -> std::optional<InstantRecovery> {
        auto row =
            connection.query(select_recoveries + " WHERE i.id = :id").bind("id", id).first(read_recovery);
        if (!row) return std::nullopt;
        return complete(connection, std::move(*row));
    });
}

void InstantRecoveries::start(const InstantRecovery& recovery) {
    database_.transaction([&](Connection& connection) {
        insert_session(connection, recovery.session);
        connection
            .query(
                "INSERT INTO instant_recoveries (id, hierarchy_root_id, domain_id, vm_name, state)"
                " VALUES (:id, :root, :domain, :name, :state)")
            .bind("id", recovery.session.id)
            .bind("root", recovery.hierarchy_root)
            .bind("domain", recovery.domain)
            .bind("name", recovery.vm_name)
            .bind("state", recovery.state)
            .run();
        for (const auto& disk : recovery.disks) insert_disk(connection, recovery.session.id, disk);
    });
}

void InstantRecoveries::add_disk(const Uuid& id, const InstantRecovery::Disk& disk) {
    database_.transaction([&](Connection& connection) { insert_disk(connection, id, disk); });
}

void InstantRecoveries::set_state(const Uuid& id, std::string_view state) {
    database_.transaction([&](Connection& connection) {
        connection.query("UPDATE instant_recoveries SET state = :state WHERE id = :id")
            .bind("state", std::string(state))
            .bind("id", id)
            .run();
    });
}

void InstantRecoveries::forget_disk(const Uuid& id, const std::string& target) {
    database_.transaction([&](Connection& connection) {
        connection.query("DELETE FROM instant_recovery_disks WHERE recovery_id = :id AND target = :target")
            .bind("id", id)
            .bind("target", target)
            .run();
    });
}

void InstantRecoveries::end(const RestoreSession& session) {
    database_.transaction([&](Connection& connection) {
        // Its disks go with it.
        connection.query("DELETE FROM instant_recoveries WHERE id = :id").bind("id", session.id).run();
        store_session(connection, session);
    });
}

}  // namespace holdfast::catalog
