#include "catalog/accounts.hpp"

#include "base/text.hpp"

namespace holdfast::catalog {
namespace {

std::string join(const std::vector<std::string>& parts) {
    std::string text;
    for (const auto& part : parts) text += (text.empty() ? "" : ",") + part;
    return text;
}

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t start = 0; start < text.size();) {
        auto end = std::min(text.find(',', start), text.size());
        parts.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return parts;
}

}  // namespace

bool Accounts::is_empty() {
    return database_.read([](Connection& connection) {
        return connection.query("SELECT COUNT(*) AS n FROM accounts").first([](const Row& row) {
            return row.number("n");
        }) == 0;
    });
}

void Accounts::add(const Account& account) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "INSERT INTO accounts (id, name, lookup_name, password_hash, roles, created_at)"
                " VALUES (:id, :name, :lookup, :hash, :roles, :created)")
            .bind("id", account.id)
            .bind("name", account.name)
            .bind("lookup", to_lower(account.name))
            .bind("hash", account.password_hash)
            .bind("roles", join(account.roles))
            .bind("created", now())
            .run();
    });
}

std::optional<Account> Accounts::find_by_name(const std::string& name) {
    return database_.read([&](Connection& connection) {
        return connection
            .query("SELECT id, name, password_hash, roles FROM accounts WHERE lookup_name = :name")
            .bind("name", to_lower(name))
            .first([](const Row& row) {
                return Account{row.id("id"), row.text("name"), row.text("password_hash"),
                               split(row.text("roles"))};
            });
    });
}

}  // namespace holdfast::catalog
