#include "catalog/credentials.hpp"

#include "base/error.hpp"
#include "catalog/sources.hpp"

namespace holdfast::catalog {
namespace {

// Changes nothing, but from here on other writers of the row wait, on PostgreSQL too.
void hold(Connection& connection, const std::string& table, const Uuid& id) {
    if (connection.query("UPDATE " + table + " SET id = id WHERE id = :id").bind("id", id).run() == 0)
        throw Error(ErrorKind::not_found, "There is nothing any more with the id " + id.to_string());
}

std::optional<Credentials> find_credentials(Connection& connection, const Uuid& id) {
    return connection.query(credentials_source().select() + " WHERE c.id = :id")
        .bind("id", id)
        .first(credentials_source().read);
}

std::optional<EncryptionPassword> find_password(Connection& connection, const Uuid& id) {
    return connection.query(encryption_password_source().select() + " WHERE e.id = :id")
        .bind("id", id)
        .first(encryption_password_source().read);
}

Credentials hold_credentials(Connection& connection, const Uuid& id) {
    hold(connection, "credentials", id);
    return find_credentials(connection, id).value();
}

EncryptionPassword hold_password(Connection& connection, const Uuid& id) {
    hold(connection, "encryption_passwords", id);
    return find_password(connection, id).value();
}

}  // namespace

std::optional<Credentials> CredentialsStore::find(const Uuid& id) {
    return database_.read([&](Connection& connection) { return find_credentials(connection, id); });
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

std::optional<EncryptionPassword> EncryptionPasswords::find(const Uuid& id) {
    return database_.read([&](Connection& connection) { return find_password(connection, id); });
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
