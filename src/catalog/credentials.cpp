#include "catalog/credentials.hpp"

#include "catalog/sources.hpp"

namespace holdfast::catalog {
namespace {

bool remove_from(Database& database, const std::string& table, const Uuid& id) {
    return database.transaction([&](Connection& connection) {
        return connection.query("DELETE FROM " + table + " WHERE id = :id").bind("id", id).run() > 0;
    });
}

}  // namespace

std::optional<Credentials> CredentialsStore::find(const Uuid& id) {
    return database_.read([&](Connection& connection) {
        return connection.query(credentials_source().select() + " WHERE c.id = :id")
            .bind("id", id)
            .first(credentials_source().read);
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

bool CredentialsStore::update(const Credentials& credentials) {
    return database_.transaction([&](Connection& connection) {
        return connection
                   .query(
                       "UPDATE credentials SET username = :username, description = :description,"
                       " sealed_password = :password WHERE id = :id")
                   .bind("username", credentials.username)
                   .bind("description", credentials.description)
                   .bind("password", credentials.sealed_password)
                   .bind("id", credentials.id)
                   .run() > 0;
    });
}

bool CredentialsStore::remove(const Uuid& id) {
    return remove_from(database_, "credentials", id);
}

std::optional<EncryptionPassword> EncryptionPasswords::find(const Uuid& id) {
    return database_.read([&](Connection& connection) {
        return connection.query(encryption_password_source().select() + " WHERE e.id = :id")
            .bind("id", id)
            .first(encryption_password_source().read);
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

bool EncryptionPasswords::set_hint(const Uuid& id, const std::string& hint, Timestamp modified) {
    return database_.transaction([&](Connection& connection) {
        return connection
                   .query(
                       "UPDATE encryption_passwords SET hint = :hint, modified_at = :modified WHERE id = :id")
                   .bind("hint", hint)
                   .bind("modified", modified)
                   .bind("id", id)
                   .run() > 0;
    });
}

bool EncryptionPasswords::remove(const Uuid& id) {
    return remove_from(database_, "encryption_passwords", id);
}

}  // namespace holdfast::catalog
