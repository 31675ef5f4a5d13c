// Figures over the whole catalog, worked out by the database: what summary reports show. A viewer's figures
// are those of the machines that the viewer sees.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "catalog/viewer.hpp"

namespace holdfast::catalog {

struct OverviewReport {
    std::int64_t repositories = 0;
    std::int64_t running_jobs = 0;
    std::int64_t scheduled_jobs = 0;  // those that will start by themselves
    // Machines that are in a job now, by the result of their last session that has ended.
    std::int64_t machines_succeeded = 0;
    std::int64_t machines_with_warnings = 0;
    std::int64_t machines_failed = 0;
};

struct MachineReport {
    std::int64_t machines = 0;  // that have a restore point
    std::int64_t restore_points = 0;
    // What their points added to the repositories, bytes.
    std::int64_t full_size = 0;
    std::int64_t increment_size = 0;
    std::int64_t source_size = 0;  // of their disks, when they were last backed up
    // Of the backups of machines that began since then and have ended, how many made a restore point; rounded
    // down, so that 100 is all of them. 0 where there were none.
    std::int64_t success_percents = 0;
};

struct JobReport {
    std::int64_t running = 0;
    std::int64_t scheduled = 0;
    // Runs that began since then and have ended.
    std::int64_t runs = 0;
    std::int64_t succeeded = 0;
    std::int64_t with_warnings = 0;
    std::int64_t failed = 0;
    std::chrono::seconds longest{0};
    std::string longest_job;  // empty where there were none
};

struct DayReport {
    Timestamp begin;
    std::int64_t machines = 0;  // for which a backup ended on that day that made a restore point
};

struct RepositoryReport {
    std::string name;
    std::int64_t capacity = 0;  // 0 where it is not known, and with it the free space
    std::int64_t free_space = 0;
    std::int64_t backup_size = 0;  // what the restore points in it added to it
};

class Reports {
  public:
    Reports(Database& database, const Viewer& viewer) : database_(database), viewer_(viewer) {}

    OverviewReport overview();
    MachineReport machines(Timestamp since);
    JobReport jobs(Timestamp since);
    // Of the days between `midnights`, which are given from the newest on: one less than there are midnights.
    std::vector<DayReport> days(const std::vector<Timestamp>& midnights);
    std::vector<RepositoryReport> repositories();  // oldest first

  private:
    Database& database_;
    Viewer viewer_;
};

}  // namespace holdfast::catalog
