#include "catalog/accounts.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/role_names.hpp"

namespace holdfast::catalog {
namespace {

const std::string select =
    "SELECT id, name, password_hash, roles, account_type, allow_restore_all, files_in_place_only,"
    " file_extensions, databases_not_in_place FROM accounts";

bool has_role(const std::vector<std::string>& roles, std::string_view role) {
    return std::ranges::find(roles, role) != roles.end();
}

Account read_account(const Row& row) {
    return {
        row.id("id"),
        row.text("name"),
        row.text("password_hash"),
        split_roles(row.text("roles")),
        row.text("account_type"),
        row.flag("allow_restore_all"),
        {row.flag("files_in_place_only"), row.text("file_extensions"), row.flag("databases_not_in_place")}};
}

// PostgreSQL lets two transactions change different accounts side by side; together they could take away the
// last administrator. So each holds all accounts first.
std::vector<Account> hold_all(Connection& connection) {
    connection.query("UPDATE accounts SET roles = roles").run();
    return connection.query(select).rows(read_account);
}

void require_other_administrator(const std::vector<Account>& accounts, const Account& leaving) {
    if (!has_role(leaving.roles, administrator_role)) return;
    for (const auto& account : accounts)
        if (account.id != leaving.id && has_role(account.roles, administrator_role)) return;
    throw Error(ErrorKind::conflict, "The account " + leaving.name + " is the last Portal Administrator")
        .advise("Give that role to another account first.");
}

Account require_account(const std::vector<Account>& accounts, const Uuid& id) {
    auto found = std::ranges::find(accounts, id, &Account::id);
    if (found == accounts.end()) throw Error(ErrorKind::not_found, "There is no account " + id.to_string());
    return *found;
}

// What its tokens were allowed is not so any more.
void end_tokens(Connection& connection, const Uuid& account) {
    connection.query("DELETE FROM api_tokens WHERE account_id = :account").bind("account", account).run();
}

void store_roles(Connection& connection, const Account& account) {
    connection.query("UPDATE accounts SET roles = :roles WHERE id = :id")
        .bind("roles", join_roles(account.roles))
        .bind("id", account.id)
        .run();
    end_tokens(connection, account.id);
}

}  // namespace

bool Accounts::is_empty() {
    return database_.read([](Connection& connection) {
        return connection.query("SELECT COUNT(*) AS n FROM accounts").first([](const Row& row) {
            return row.number("n");
        }) == 0;
    });
}

std::vector<Account> Accounts::list() {
    return database_.read([](Connection& connection) {
        return connection.query(select + " ORDER BY lookup_name").rows(read_account);
    });
}

std::optional<Account> Accounts::find(const Uuid& id) {
    return database_.read([&](Connection& connection) {
        return connection.query(select + " WHERE id = :id").bind("id", id).first(read_account);
    });
}

std::optional<Account> Accounts::find_by_name(const std::string& name) {
    return database_.look_up([&](Connection& connection) {
        return connection.query(select + " WHERE lookup_name = :name")
            .bind("name", to_lower(name))
            .first(read_account);
    });
}

std::optional<Viewer> Accounts::find_viewer(const std::string& name) {
    auto account = find_by_name(name);
    if (!account) return std::nullopt;
    return Viewer{account->id, account->allow_restore_all || has_role(account->roles, administrator_role)};
}

void Accounts::add(const Account& account) {
    database_.transaction([&](Connection& connection) {
        auto taken = connection.query("SELECT name FROM accounts WHERE lookup_name = :name")
                         .bind("name", to_lower(account.name))
                         .first([](const Row& row) { return row.text("name"); });
        if (taken)
            throw Error(ErrorKind::conflict, "There is an account with the name " + *taken + " already")
                .advise("Choose another name.");
        connection
            .query(
                "INSERT INTO accounts (id, name, lookup_name, password_hash, roles, account_type,"
                " allow_restore_all, files_in_place_only, file_extensions, databases_not_in_place,"
                " created_at)"
                " VALUES (:id, :name, :lookup, :hash, :roles, :type, :all, :in_place, :extensions,"
                " :not_in_place, :created)")
            .bind("id", account.id)
            .bind("name", account.name)
            .bind("lookup", to_lower(account.name))
            .bind("hash", account.password_hash)
            .bind("roles", join_roles(account.roles))
            .bind("type", account.type)
            .bind("all", account.allow_restore_all)
            .bind("in_place", account.limits.files_in_place_only)
            .bind("extensions", account.limits.file_extensions)
            .bind("not_in_place", account.limits.databases_not_in_place)
            .bind("created", now())
            .run();
    });
}

void Accounts::remove(const Uuid& id, const std::function<void(const Account&)>& check) {
    database_.transaction([&](Connection& connection) {
        auto accounts = hold_all(connection);
        auto leaving = std::ranges::find(accounts, id, &Account::id);
        if (leaving == accounts.end()) return;
        check(*leaving);
        require_other_administrator(accounts, *leaving);
        connection.query("DELETE FROM accounts WHERE id = :id").bind("id", id).run();
    });
}

void Accounts::set_password(const Uuid& id, const std::string& password_hash) {
    database_.transaction([&](Connection& connection) {
        connection.query("UPDATE accounts SET password_hash = :hash WHERE id = :id")
            .bind("hash", password_hash)
            .bind("id", id)
            .run();
        end_tokens(connection, id);
    });
}

void Accounts::toggle_allow_restore_all(const Uuid& id) {
    database_.transaction([&](Connection& connection) {
        connection.query("UPDATE accounts SET allow_restore_all = 1 - allow_restore_all WHERE id = :id")
            .bind("id", id)
            .run();
    });
}

void Accounts::add_role(const Uuid& id, const std::string& role) {
    database_.transaction([&](Connection& connection) {
        auto account = require_account(hold_all(connection), id);
        if (has_role(account.roles, role))
            throw Error(ErrorKind::conflict,
                        "The account " + account.name + " has the role " + role + " already");
        account.roles.push_back(role);
        store_roles(connection, account);
    });
}

void Accounts::remove_role(const Uuid& id, const std::string& role) {
    database_.transaction([&](Connection& connection) {
        auto accounts = hold_all(connection);
        auto account = require_account(accounts, id);
        if (!has_role(account.roles, role))
            throw Error(ErrorKind::not_found,
                        "The account " + account.name + " does not have the role " + role);
        if (account.roles.size() == 1)
            throw Error(ErrorKind::conflict, role + " is the last role of the account " + account.name)
                .advise("Give it another role first, or delete the account.");
        if (role == administrator_role) require_other_administrator(accounts, account);
        std::erase(account.roles, role);
        store_roles(connection, account);
    });
}

}  // namespace holdfast::catalog
