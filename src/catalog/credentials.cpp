#include "catalog/credentials.hpp"

#include "base/error.hpp"

namespace holdfast::catalog {
namespace {

const std::string select_credentials = "SELECT id, username, description, sealed_password FROM credentials";
const std::string select_password = "SELECT id, hint, sealed_password, modified_at FROM encryption_passwords";
const std::string oldest_first = " ORDER BY created_at, id";

Credentials read_credentials(const Row& row) {
    return {row.id("id"), row.text("username"), row.text("description"), row.text("sealed_password")};
}

EncryptionPassword read_password(const Row& row) {
    return {row.id("id"), row.text("hint"), row.text("sealed_password"), row.time("modified_at")};
}

// Changes nothing, but from here on other writers of the row wait, on PostgreSQL too.
template <typename Read>
auto hold(Connection& connection, const std::string& table, const std::string& select, const Uuid& id,
          Read read) {
    if (connection.query("UPDATE " + table + " SET id = id WHERE id = :id").bind("id", id).run() == 0)
        throw Error(ErrorKind::not_found, "There is nothing any more with the id " + id.to_string());
    return connection.query(select + " WHERE id = :id").bind("id", id).first(read).value();
}

Credentials hold_credentials(Connection& connection, const Uuid& id) {
    return hold(connection, "credentials", select_credentials, id, read_credentials);
}

EncryptionPassword hold_password(Connection& connection, const Uuid& id) {
    return hold(connection, "encryption_passwords", select_password, id, read_password);
}

}  // namespace

std::vector<Credentials> CredentialsStore::list() {
    return database_.read([](Connection& connection) {
        return connection.query(select_credentials + oldest_first).rows(read_credentials);
    });
}

std::optional<Credentials> CredentialsStore::find(const Uuid& id) {
    return database_.read([&](Connection& connection) {
        return connection.query(select_credentials + " WHERE id = :id")
            .bind("id", id)
            .first(read_credentials);
    });
}

void CredentialsStore::add(const Credentials& credentials) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "INSERT INTO credentials (id, username, description, sealed_password, created_at)"
                " VALUES (:id, :username, :description, :password, :created)")
            .bind("id", credentials.id)
            .bind("username", credentials.username)
            .bind("description", credentials.description)
            .bind("password", credentials.sealed_password)
            .bind("created", now())
            .run();
    });
}

void CredentialsStore::edit(const Uuid& id, const std::function<void(Credentials&)>& change) {
    database_.transaction([&](Connection& connection) {
        auto credentials = hold_credentials(connection, id);
        change(credentials);
        connection
            .query(
                "UPDATE credentials SET username = :username, description = :description,"
                " sealed_password = :password WHERE id = :id")
            .bind("username", credentials.username)
            .bind("description", credentials.description)
            .bind("password", credentials.sealed_password)
            .bind("id", id)
            .run();
    });
}

void CredentialsStore::remove(const Uuid& id, const std::function<void(const Credentials&)>& check) {
    database_.transaction([&](Connection& connection) {
        check(hold_credentials(connection, id));
        connection.query("DELETE FROM credentials WHERE id = :id").bind("id", id).run();
    });
}

std::vector<EncryptionPassword> EncryptionPasswords::list() {
    return database_.read([](Connection& connection) {
        return connection.query(select_password + oldest_first).rows(read_password);
    });
}

std::optional<EncryptionPassword> EncryptionPasswords::find(const Uuid& id) {
    return database_.read([&](Connection& connection) {
        return connection.query(select_password + " WHERE id = :id").bind("id", id).first(read_password);
    });
}

void EncryptionPasswords::add(const EncryptionPassword& password) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "INSERT INTO encryption_passwords (id, hint, sealed_password, created_at, modified_at)"
                " VALUES (:id, :hint, :password, :created, :modified)")
            .bind("id", password.id)
            .bind("hint", password.hint)
            .bind("password", password.sealed_password)
            .bind("created", password.modified)
            .bind("modified", password.modified)
            .run();
    });
}

void EncryptionPasswords::edit(const Uuid& id, const std::function<void(EncryptionPassword&)>& change) {
    database_.transaction([&](Connection& connection) {
        auto password = hold_password(connection, id);
        change(password);
        connection
            .query("UPDATE encryption_passwords SET hint = :hint, modified_at = :modified WHERE id = :id")
            .bind("hint", password.hint)
            .bind("modified", password.modified)
            .bind("id", id)
            .run();
    });
}

void EncryptionPasswords::remove(const Uuid& id,
                                 const std::function<void(const EncryptionPassword&)>& check) {
    database_.transaction([&](Connection& connection) {
        check(hold_password(connection, id));
        connection.query("DELETE FROM encryption_passwords WHERE id = :id").bind("id", id).run();
    });
}

}  // namespace holdfast::catalog
