// The state of everything in figures, for monitoring: each set is one query that the database adds up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "catalog/database.hpp"

namespace holdfast::catalog {

// A job and its last run that has ended.
struct JobFigures {
    std::string name;
    bool schedule_enabled = false;
    bool is_running = false;
    std::int64_t machines = 0;
    std::optional<Timestamp> next_run{};
    std::optional<Timestamp> started{};  // none: no run has ended yet
    std::optional<Timestamp> ended{};
    std::string result{};
    std::int64_t read_bytes = 0;
    std::int64_t transferred_bytes = 0;
    std::optional<Timestamp> last_success{};  // end of the last run that ended well, or with warnings
};

// All backups of one name in one repository: a name may come again when its job was deleted.
struct BackupFigures {
    std::string name;
    std::string repository;
    std::int64_t restore_points = 0;
    std::int64_t vm_restore_points = 0;
    std::int64_t backup_bytes = 0;
    std::optional<Timestamp> newest{};
};

struct RepositoryFigures {
    std::string name;
    std::int64_t capacity = 0;  // both 0 where it is not known
    std::int64_t free_space = 0;
};

// How many there are of each.
struct TotalFigures {
    std::int64_t jobs = 0;
    std::int64_t backups = 0;
    std::int64_t repositories = 0;
    std::int64_t running_backup_sessions = 0;
    std::int64_t running_restore_sessions = 0;
    std::int64_t running_tasks = 0;
};

class Statistics {
  public:
    explicit Statistics(Database& database) : database_(database) {}

    // At most `limit`, oldest first, as the next two.
    std::vector<JobFigures> jobs(std::size_t limit);
    std::vector<BackupFigures> backups(std::size_t limit);
    std::vector<RepositoryFigures> repositories(std::size_t limit);
    TotalFigures totals();
    // Each once, as hierarchy root and domain.
    std::vector<std::pair<Uuid, Uuid>> machines_with_restore_points();

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
