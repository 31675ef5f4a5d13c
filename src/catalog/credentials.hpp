// Credentials for the systems inside of machines, and passwords that backups are encrypted with; all sealed.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "catalog/database.hpp"

namespace holdfast::catalog {

struct Credentials {
    Uuid id;
    std::string username;
    std::string description;
    std::string sealed_password;  // by SecretBox, under secret_name(id)

    static std::string secret_name(const Uuid& id) { return "credentials " + id.to_string(); }
};

class CredentialsStore {
  public:
    explicit CredentialsStore(Database& database) : database_(database) {}

    std::optional<Credentials> find(const Uuid& id);
    void add(const Credentials& credentials);
    // What `change` makes of them is kept; nobody else changes them meanwhile, and what it throws leaves them
    // as they were. not_found when they are gone.
    void edit(const Uuid& id, const std::function<void(Credentials&)>& change);
    // `check` sees them as they are then, and throws to keep them. not_found when they are gone.
    void remove(
        const Uuid& id, const std::function<void(const Credentials&)>& check = [](const Credentials&) {});

  private:
    Database& database_;
};

struct EncryptionPassword {
    Uuid id;
    std::string hint;
    std::string sealed_password;  // by SecretBox, under secret_name(id)
    Timestamp modified;

    static std::string secret_name(const Uuid& id) { return "encryption password " + id.to_string(); }
};

class EncryptionPasswords {
  public:
    explicit EncryptionPasswords(Database& database) : database_(database) {}

    std::optional<EncryptionPassword> find(const Uuid& id);
    void add(const EncryptionPassword& password);
    // As those of credentials. The password itself never changes: what was encrypted with it needs it.
    void edit(const Uuid& id, const std::function<void(EncryptionPassword&)>& change);
    void remove(
        const Uuid& id,
        const std::function<void(const EncryptionPassword&)>& check = [](const EncryptionPassword&) {});

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
