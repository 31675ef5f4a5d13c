#include "catalog/account_machines.hpp"

#include <algorithm>

#include "catalog/accounts.hpp"
#include "catalog/role_names.hpp"

namespace holdfast::catalog {
namespace {

struct TokenOwner {
    Uuid account;
    bool sees_all;
};

// Where the account is one of an API token's scopes.
std::optional<TokenOwner> token_owner(Connection& connection, const Uuid& account) {
    return connection
        .query(
            "SELECT o.id AS id, o.roles AS roles, o.allow_restore_all AS allow_restore_all FROM accounts a"
            " JOIN api_tokens t ON t.id = a.of_token JOIN accounts o ON o.id = t.account_id"
            " WHERE a.id = :account")
        .bind("account", account)
        .first([](const Row& row) { return TokenOwner{row.id("id"), sees_all_machines(row)}; });
}

void forget_machines(Connection& connection, const Uuid& account) {
    connection.query("DELETE FROM account_machines WHERE account_id = :account")
        .bind("account", account)
        .run();
}

}  // namespace

void hold_with_groups(Connection& connection, const Uuid& account) {
    connection
        .query(
            "UPDATE accounts SET roles = roles WHERE id = :id OR account_type = 'Group' OR id IN"
            " (SELECT t.account_id FROM api_tokens t JOIN accounts a ON a.of_token = t.id WHERE a.id = :id)")
        .bind("id", account)
        .run();
}

void hold_groups(Connection& connection) {
    connection.query("UPDATE accounts SET roles = roles WHERE account_type = 'Group'").run();
}

bool sees_all_machines(const Row& account) {
    auto roles = split_roles(account.text("roles"));
    return account.flag("allow_restore_all") || std::ranges::find(roles, administrator_role) != roles.end();
}

void gather_machines(Connection& connection, const Uuid& account) {
    forget_machines(connection, account);
    std::string insert =
        "INSERT INTO account_machines (account_id, hierarchy_root_id, domain_id)"
        " SELECT DISTINCT s.account_id, s.hierarchy_root_id, m.domain_id"
        " FROM scope_machines m JOIN account_scopes s ON s.id = m.scope_id"
        " WHERE s.account_id = :account";
    auto owner = token_owner(connection, account);
    if (owner && !owner->sees_all) {
        insert +=
            " AND EXISTS (SELECT 1 FROM account_machines o WHERE o.account_id = :owner"
            " AND o.hierarchy_root_id = s.hierarchy_root_id AND o.domain_id = m.domain_id)";
        connection.query(insert).bind("account", account).bind("owner", owner->account).run();
    } else {
        connection.query(insert).bind("account", account).run();
    }
    gather_machines_of_tokens(connection, account);
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

void gather_machines_of_tokens(Connection& connection, const Uuid& owner) {
    auto accounts = connection
                        .query(
                            "SELECT a.id AS id FROM accounts a JOIN api_tokens t ON t.id = a.of_token"
                            " WHERE t.account_id = :owner ORDER BY a.id")
                        .bind("owner", owner)
                        .rows([](const Row& row) { return row.id("id"); });
    for (const auto& account : accounts) gather_machines(connection, account);
}

}  // namespace holdfast::catalog
