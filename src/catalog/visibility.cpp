#include "catalog/visibility.hpp"

#include "catalog/sources.hpp"

namespace holdfast::catalog {
namespace {

constexpr auto one = [](const Row&) { return true; };

const std::string visible_point = visible_machine("v.hierarchy_root_id", "v.domain_id");
const std::string visible_task = visible_machine("m.hierarchy_root_id", "t.domain_id");

const std::string tasks_with_roots = "backup_task_sessions t JOIN managed_servers m ON m.id = t.server_id";

}  // namespace

std::string visible_machine(const std::string& hierarchy_root_column, const std::string& domain_column) {
    return "EXISTS (SELECT 1 FROM account_machines am WHERE am.account_id = :viewer"
           " AND am.hierarchy_root_id = " +
           hierarchy_root_column + " AND am.domain_id = " + domain_column + ")";
}

std::optional<BackupSession> find_visible_session(Database& database, const Viewer& viewer, const Uuid& id) {
    Selection selection{.viewer = viewer, .here = {}};
    selection.inside.emplace("session", id.to_string());
    auto found = select_records(database, backup_session_source(), selection).records;
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

bool Visibility::machine(const Uuid& hierarchy_root, const Uuid& domain) {
    if (viewer_.sees_all) return true;
    return database_.look_up([&](Connection& connection) {
        return connection
            .query(
                "SELECT 1 AS n FROM account_machines WHERE account_id = :viewer"
                " AND hierarchy_root_id = :root AND domain_id = :domain")
            .bind("viewer", viewer_.account)
            .bind("root", hierarchy_root)
            .bind("domain", domain)
            .first(one)
            .has_value();
    });
}

bool Visibility::exists(const std::string& from_where, const Uuid& id) {
    if (viewer_.sees_all) return true;
    return database_.look_up([&](Connection& connection) {
        return connection.query("SELECT 1 AS n FROM " + from_where)
            .bind("viewer", viewer_.account)
            .bind("id", id)
            .first(one)
            .has_value();
    });
}

bool Visibility::backup(const Uuid& id) {
    return exists(
        "vm_restore_points v JOIN restore_points p ON p.id = v.restore_point_id"
        " WHERE p.backup_id = :id AND " +
            visible_point,
        id);
}

bool Visibility::restore_point(const Uuid& id) {
    return exists("vm_restore_points v WHERE v.restore_point_id = :id AND " + visible_point, id);
}

bool Visibility::task_session(const Uuid& id) {
    return exists(tasks_with_roots + " WHERE t.id = :id AND " + visible_task, id);
}

bool Visibility::restore_session(const Uuid& id) {
    if (exists("restore_sessions s JOIN vm_restore_points v ON v.id = s.vm_restore_point_id"
               " WHERE s.id = :id AND " +
                   visible_point,
               id))
        return true;
    return database_.look_up([&](Connection& connection) {
        return connection
            .query(
                "SELECT 1 AS n FROM restore_sessions WHERE id = :id"
                " AND started_by = (SELECT name FROM accounts WHERE id = :viewer)")
            .bind("id", id)
            .bind("viewer", viewer_.account)
            .first(one)
            .has_value();
    });
}

std::set<std::pair<Uuid, Uuid>> Visibility::machines() {
    auto rows = database_.look_up([&](Connection& connection) {
        return connection
            .query("SELECT hierarchy_root_id, domain_id FROM account_machines WHERE account_id = :viewer")
            .bind("viewer", viewer_.account)
            .rows([](const Row& row) { return std::pair(row.id("hierarchy_root_id"), row.id("domain_id")); });
    });
    return {rows.begin(), rows.end()};
}

}  // namespace holdfast::catalog
