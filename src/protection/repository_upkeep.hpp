// What keeps a repository well: checks, prunes, figures, and its passwords.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "catalog/repositories.hpp"
#include "protection/environment.hpp"
#include "protection/open_repositories.hpp"
#include "repository/repository.hpp"

namespace holdfast::protection {

class SystemWork;

// Removes from the repository what no restore point needs any more, and the data that no snapshot has: also
// that of other programs' snapshots that are gone. Nobody of this server may read or write there meanwhile;
// conflict where somebody does. Other programs are kept out by the repository's own lock. What it does is
// told to `work`.
repository::PruneResult forget_and_prune(const Environment& environment, OpenRepositories& repositories,
                                         const Uuid& repository, SystemWork& work, std::stop_token stop);

struct CountedContent {
    Timestamp counted;
    repository::ContentStatistics content;
};

struct RepositoryFigures {
    repository::RepositoryStatistics files;  // as they are now
    // As it was last counted since the server was started.
    std::optional<CountedContent> content;
};

struct ChangedPassword {
    std::string key;  // of the new one
    // Why the old password opens the repository, too; empty where it does not any more.
    std::string old_stays{};
};

// Any thread. not_found for a repository that is not there; errors of the storage come out as they are.
class RepositoryUpkeep {
  public:
    RepositoryUpkeep(const Environment& environment, OpenRepositories& repositories)
        : environment_(environment), records_(environment.database), repositories_(repositories) {}

    // A system session, which tells each problem. conflict while this server prunes there.
    repository::CheckResult check(const Uuid& repository, repository::CheckDepth depth, std::stop_token stop);
    // A system session. See forget_and_prune().
    repository::PruneResult prune(const Uuid& repository, std::stop_token stop);

    // Takes the time of reading every tree once.
    void count_content(const Uuid& repository, std::stop_token stop);
    RepositoryFigures figures(const Uuid& repository);

    // `is_current`: that of the password by which the server opens it.
    std::vector<repository::RepositoryKey> keys(const Uuid& repository);
    repository::RepositoryKey add_key(const Uuid& repository, const std::string& password);
    // conflict for the one that the server opens it by; not_found for none.
    void remove_key(const Uuid& repository, const std::string& key);
    // The server opens it by the new password from then on, and the old one opens it no more. At every moment
    // one of the two is in the catalog and opens the repository. invalid_input for the same one.
    ChangedPassword change_password(const Uuid& repository, const std::string& password);

  private:
    catalog::Repository record(const Uuid& repository);

    const Environment& environment_;
    catalog::Repositories records_;
    OpenRepositories& repositories_;
    std::mutex mutex_;
    std::map<Uuid, CountedContent> counted_;
};

}  // namespace holdfast::protection
