// Where backups are kept: restic repositories, with their passwords sealed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "catalog/database.hpp"

namespace holdfast::catalog {

struct Repository {
    Uuid id;
    std::string name;
    std::string description;
    std::string path;
    std::string restic_id;
    std::string sealed_password;  // by SecretBox, under secret_name(id)
    std::int64_t capacity = 0;    // bytes, as last seen
    std::int64_t free_space = 0;

    static std::string secret_name(const Uuid& id) { return "repository " + id.to_string(); }
};

class Repositories {
  public:
    explicit Repositories(Database& database) : database_(database) {}

    std::vector<Repository> list();  // by name
    std::optional<Repository> find(const Uuid& id);
    // conflict when the name or the path is taken.
    void add(const Repository& repository);
    void update_space(const Uuid& id, std::int64_t capacity, std::int64_t free_space);
    // not_found where the repository is gone.
    void set_password(const Uuid& id, const std::string& sealed_password);
    // Takes its restore points out of the catalog; the data stays where it is. conflict while a job writes
    // there.
    void remove(const Uuid& id);

    // Snapshots that nothing refers to any more and that are still to be removed from the repository.
    std::vector<std::string> snapshots_to_forget(const Uuid& id);
    void note_to_forget(const Uuid& id, std::span<const std::string> snapshots);
    void forgot(const Uuid& id, const std::string& snapshot);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
