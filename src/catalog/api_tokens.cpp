#include "catalog/api_tokens.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "catalog/role_names.hpp"

namespace holdfast::catalog {
namespace {

const std::string select =
    "SELECT t.id AS id, t.account_id AS account_id, t.name AS name, t.token_hash AS token_hash,"
    " t.roles AS roles, t.created_at AS created_at, t.expires_at AS expires_at,"
    " t.last_used_at AS last_used_at, a.name AS account_name, a.roles AS account_roles"
    " FROM api_tokens t JOIN accounts a ON a.id = t.account_id";
const std::string oldest_first = " ORDER BY t.created_at, t.id";

ApiToken read_token(const Row& row) {
    return {.id = row.id("id"),
            .account = row.id("account_id"),
            .name = row.text("name"),
            .hash = row.text("token_hash"),
            .roles = split_roles(row.text("roles")),
            .created = row.time("created_at"),
            .expires = row.time("expires_at"),
            .last_used = row.optional_time("last_used_at"),
            .account_name = row.text("account_name"),
            .account_roles = split_roles(row.text("account_roles"))};
}

// Holds the account, so that two requests at once make no more tokens than it may have.
void hold_account(Connection& connection, const Uuid& account) {
    if (connection.query("UPDATE accounts SET roles = roles WHERE id = :id").bind("id", account).run() == 0)
        throw Error(ErrorKind::not_found, "There is no account " + account.to_string());
}

void require_room(Connection& connection, const ApiToken& token) {
    auto names = connection.query("SELECT name FROM api_tokens WHERE account_id = :account")
                     .bind("account", token.account)
                     .rows([](const Row& row) { return row.text("name"); });
    if (std::ranges::find(names, token.name) != names.end())
        throw Error(ErrorKind::conflict, "The account has a token with the name " + token.name + " already")
            .advise("Choose another name, or delete that one first.");
    if (names.size() >= ApiTokens::most_of_account)
        throw Error(ErrorKind::conflict, fmt::format("The account has {} tokens already", names.size()))
            .advise("Delete one of them first.");
}

// Whom the scopes are of: an account with the token's id.
void add_account_of_scopes(Connection& connection, const ApiToken& token) {
    connection
        .query(
            "INSERT INTO accounts (id, name, lookup_name, password_hash, roles, allow_restore_all, kept_by,"
            " created_at, of_token)"
            " VALUES (:id, :name, :name, '', '', 0, 'Token', :created, :id)")
        .bind("id", token.id)
        .bind("name", "token:" + token.id.to_string())
        .bind("created", token.created)
        .run();
}

}  // namespace

std::vector<ApiToken> ApiTokens::list() {
    return database_.read(
        [](Connection& connection) { return connection.query(select + oldest_first).rows(read_token); });
}

std::vector<ApiToken> ApiTokens::list_of(const Uuid& account) {
    return database_.read([&](Connection& connection) {
        return connection.query(select + " WHERE t.account_id = :account" + oldest_first)
            .bind("account", account)
            .rows(read_token);
    });
}

std::optional<ApiToken> ApiTokens::find(const Uuid& id) {
    return database_.read([&](Connection& connection) {
        return connection.query(select + " WHERE t.id = :id").bind("id", id).first(read_token);
    });
}

void ApiTokens::add(const ApiToken& token, const std::vector<AccountScope>& scopes) {
    database_.transaction([&](Connection& connection) {
        hold_account(connection, token.account);
        require_room(connection, token);
        connection
            .query(
                "INSERT INTO api_tokens (id, account_id, name, token_hash, roles, created_at, expires_at)"
                " VALUES (:id, :account, :name, :hash, :roles, :created, :expires)")
            .bind("id", token.id)
            .bind("account", token.account)
            .bind("name", token.name)
            .bind("hash", token.hash)
            .bind("roles", join_roles(token.roles))
            .bind("created", token.created)
            .bind("expires", token.expires)
            .run();
        if (scopes.empty()) return;
        add_account_of_scopes(connection, token);
        add_scopes(connection, scopes);
    });
}

void ApiTokens::remove(const Uuid& id) {
    database_.transaction([&](Connection& connection) {
        connection.query("DELETE FROM api_tokens WHERE id = :id").bind("id", id).run();
    });
}

void ApiTokens::note_use(const Uuid& id, Timestamp time) {
    database_.transaction([&](Connection& connection) {
        connection.query("UPDATE api_tokens SET last_used_at = :time WHERE id = :id")
            .bind("time", time)
            .bind("id", id)
            .run();
    });
}

}  // namespace holdfast::catalog
