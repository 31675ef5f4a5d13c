#include "catalog/account_machines.hpp"

namespace holdfast::catalog {
namespace {

void forget_machines(Connection& connection, const Uuid& account) {
    connection.query("DELETE FROM account_machines WHERE account_id = :account")
        .bind("account", account)
        .run();
}

}  // namespace

void hold_with_groups(Connection& connection, const Uuid& account) {
    connection.query("UPDATE accounts SET roles = roles WHERE id = :id OR account_type = 'Group'")
        .bind("id", account)
        .run();
}

void hold_groups(Connection& connection) {
    connection.query("UPDATE accounts SET roles = roles WHERE account_type = 'Group'").run();
}

void gather_machines(Connection& connection, const Uuid& account) {
    forget_machines(connection, account);
    connection
        .query(
            "INSERT INTO account_machines (account_id, hierarchy_root_id, domain_id)"
            " SELECT DISTINCT s.account_id, s.hierarchy_root_id, m.domain_id"
            " FROM scope_machines m JOIN account_scopes s ON s.id = m.scope_id"
            " WHERE s.account_id = :account")
        .bind("account", account)
        .run();
    auto members = connection.query("SELECT member_id FROM group_members WHERE group_id = :account")
                       .bind("account", account)
                       .rows([](const Row& row) { return row.id("member_id"); });
    for (const auto& member : members) gather_machines_of_groups(connection, member);
}

void gather_machines_of_groups(Connection& connection, const Uuid& member) {
    forget_machines(connection, member);
    connection
        .query(
            "INSERT INTO account_machines (account_id, hierarchy_root_id, domain_id)"
            " SELECT DISTINCT g.member_id, s.hierarchy_root_id, m.domain_id"
            " FROM group_members g JOIN account_scopes s ON s.account_id = g.group_id"
            " JOIN scope_machines m ON m.scope_id = s.id"
            " WHERE g.member_id = :member")
        .bind("member", member)
        .run();
}

}  // namespace holdfast::catalog
