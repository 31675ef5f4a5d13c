// Credentials for the systems inside of machines, and passwords that backups are encrypted with; all sealed.
#pragma once

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
    // Everything but the id. False where they are not there.
    bool update(const Credentials& credentials);
    bool remove(const Uuid& id);

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
    // The password itself never changes: what was encrypted with it needs it. False where it is not there.
    bool set_hint(const Uuid& id, const std::string& hint, Timestamp modified);
    bool remove(const Uuid& id);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
