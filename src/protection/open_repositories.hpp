// The repositories of the catalog, opened when first needed and kept: opening one costs a key derivation and
// an index.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>

#include "catalog/repositories.hpp"
#include "protection/environment.hpp"
#include "repository/repository.hpp"

namespace holdfast::protection {

// Any thread.
class OpenRepositories {
  public:
    explicit OpenRepositories(const Environment& environment)
        : environment_(environment), records_(environment.database) {}

    // Shared because a restore may run on while the repository is taken out of the catalog.
    std::shared_ptr<repository::Repository> open(const Uuid& id);
    // Its password; for the child processes that open it themselves.
    std::string password(const Uuid& id);

    // From now on opened by that password, which must open it. What is open already stays so.
    std::shared_ptr<repository::Repository> use_password(const Uuid& id, const std::string& password);

    // Where a repository may be, as it is stored: an absolute path, or an address (repository_url.hpp)
    // without a password in it. invalid_input for any other.
    static std::string check_path(const std::string& path);
    // A new repository in an empty or missing place, or the restic repository that is there.
    catalog::Repository add(const std::string& name, const std::string& description, const std::string& path,
                            const std::string& password);
    // Out of the catalog; what is stored stays where it is.
    void remove(const Uuid& id);
    // Held shared by whoever reads or writes there for longer, alone by a prune.
    std::shared_ptr<std::shared_mutex> gate(const Uuid& id);
    // Notes the free space in the catalog.
    void refresh_space(const Uuid& id);

  private:
    const Environment& environment_;
    catalog::Repositories records_;
    std::mutex mutex_;
    std::map<Uuid, std::shared_ptr<repository::Repository>> repositories_;
    std::map<Uuid, std::shared_ptr<std::shared_mutex>> gates_;
};

}  // namespace holdfast::protection
