#include "catalog/account_scopes.hpp"

#include "base/error.hpp"
#include "catalog/account_machines.hpp"

namespace holdfast::catalog {
namespace {

const std::string select =
    "SELECT id, account_id, hierarchy_root_id, object_type, object_id, name, state FROM account_scopes";
const std::string oldest_first = " ORDER BY created_at, id";

AccountScope read_scope(const Row& row) {
    return {row.id("id"),
            row.id("account_id"),
            row.id("hierarchy_root_id"),
            row.text("object_type"),
            row.text("object_id"),
            row.text("name"),
            row.text("state")};
}

void insert(Connection& connection, const AccountScope& scope) {
    auto inserted =
        connection
            .query(
                "INSERT INTO account_scopes (id, account_id, hierarchy_root_id, object_type, object_id, name,"
                " state, created_at)"
                " VALUES (:id, :account, :root, :type, :object, :name, :state, :created)"
                " ON CONFLICT DO NOTHING")
            .bind("id", scope.id)
            .bind("account", scope.account)
            .bind("root", scope.hierarchy_root)
            .bind("type", scope.object_type)
            .bind("object", scope.object_id)
            .bind("name", scope.name)
            .bind("state", scope.state)
            .bind("created", now())
            .run();
    if (inserted == 0)
        throw Error(ErrorKind::conflict, "The account has the scope " + scope.name + " already");
}

std::optional<AccountScope> find_scope(Connection& connection, const Uuid& id) {
    return connection.query(select + " WHERE id = :id").bind("id", id).first(read_scope);
}

}  // namespace

void add_scopes(Connection& connection, const std::vector<AccountScope>& scopes) {
    for (const auto& scope : scopes) insert(connection, scope);
}

std::vector<AccountScope> AccountScopes::list() {
    return database_.read(
        [](Connection& connection) { return connection.query(select + oldest_first).rows(read_scope); });
}

std::vector<AccountScope> AccountScopes::list_of(const Uuid& account) {
    return database_.read([&](Connection& connection) {
        return connection.query(select + " WHERE account_id = :account" + oldest_first)
            .bind("account", account)
            .rows(read_scope);
    });
}

std::optional<AccountScope> AccountScopes::find(const Uuid& id) {
    return database_.read([&](Connection& connection) { return find_scope(connection, id); });
}

void AccountScopes::add(const std::vector<AccountScope>& scopes) {
    database_.transaction([&](Connection& connection) { add_scopes(connection, scopes); });
}

void AccountScopes::remove(const Uuid& id) {
    database_.transaction([&](Connection& connection) {
        auto scope = find_scope(connection, id);
        if (!scope) return;
        hold_with_groups(connection, scope->account);
        connection.query("DELETE FROM account_scopes WHERE id = :id").bind("id", id).run();
        gather_machines(connection, scope->account);
    });
}

std::vector<Uuid> AccountScopes::machines(const Uuid& scope) {
    return database_.read([&](Connection& connection) {
        return connection
            .query("SELECT domain_id FROM scope_machines WHERE scope_id = :id ORDER BY domain_id")
            .bind("id", scope)
            .rows([](const Row& row) { return row.id("domain_id"); });
    });
}

std::vector<Uuid> AccountScopes::machines_with_backups(const Uuid& hierarchy_root) {
    return database_.read([&](Connection& connection) {
        return connection
            .query("SELECT DISTINCT domain_id FROM vm_restore_points WHERE hierarchy_root_id = :root")
            .bind("root", hierarchy_root)
            .rows([](const Row& row) { return row.id("domain_id"); });
    });
}

void AccountScopes::set_machines(const AccountScope& scope, const std::vector<Uuid>& domains) {
    database_.transaction([&](Connection& connection) {
        hold_with_groups(connection, scope.account);
        if (!find_scope(connection, scope.id)) return;  // removed while its host was asked
        connection.query("DELETE FROM scope_machines WHERE scope_id = :id").bind("id", scope.id).run();
        for (const auto& domain : domains)
            connection
                .query(
                    "INSERT INTO scope_machines (scope_id, domain_id) VALUES (:id, :domain)"
                    " ON CONFLICT DO NOTHING")
                .bind("id", scope.id)
                .bind("domain", domain)
                .run();
        connection.query("UPDATE account_scopes SET state = :state WHERE id = :id")
            .bind("state", scope_state::processed)
            .bind("id", scope.id)
            .run();
        gather_machines(connection, scope.account);
    });
}

}  // namespace holdfast::catalog
