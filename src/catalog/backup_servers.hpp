// The backup servers that are listed: this one, and other Holdfast servers that were added to it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "catalog/database.hpp"

namespace holdfast::catalog {

struct BackupServer {
    Uuid id;  // the one that the server gave itself, as its name and version
    std::string name;
    std::string description;
    std::string address;  // a name in DNS or an IP address
    std::uint16_t port = 0;
    std::string username;
    std::string sealed_password;  // by SecretBox, under secret_name(id)
    std::string fingerprint;      // SHA-256 of its certificate, 64 hex digits
    std::string version;
    // When all that it has was told last, and why not since then; as note_collected() and note_failure() left
    // it.
    std::optional<Timestamp> collected{};
    std::string failure{};
    bool is_this =
        false;  // this installation: of what is above it has id, name, description, port and version

    static std::string secret_name(const Uuid& id) { return "backup server " + id.to_string(); }
};

// The others only: this installation is in no table.
class BackupServers {
  public:
    static constexpr std::int64_t most = 100;

    explicit BackupServers(Database& database) : database_(database) {}

    std::int64_t count();
    std::optional<BackupServer> find(const Uuid& id);
    // conflict when it is there already, or when there are too many.
    void add(const BackupServer& server);
    // What `change` makes of it is kept, but for the id; nobody else changes it meanwhile, and what it throws
    // leaves it as it was. not_found when it is gone.
    void edit(const Uuid& id, const std::function<void(BackupServer&)>& change);
    // How asking it for all that it has went; nothing where it is gone.
    void note_collected(const Uuid& id, Timestamp when);
    void note_failure(const Uuid& id, const std::string& why);
    // All of them, by name.
    std::vector<BackupServer> list();
    // `check` sees it as it is then, and throws to keep it. not_found when it is gone.
    void remove(const Uuid& id, const std::function<void(const BackupServer&)>& check);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
