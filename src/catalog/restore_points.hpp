// Backups, their restore points, and the machines in them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "catalog/guest_processing.hpp"

namespace holdfast::catalog {

// The chain of restore points of one job in one repository; or, where the job is an id only, the one point of
// a backup that belongs to none.
struct Backup {
    Uuid id;
    std::string name;
    Uuid job;
    Uuid repository;
    std::string repository_name{};       // read, never stored
    std::optional<Timestamp> expires{};  // of a backup without a job; none: it is kept
};

// One run of the job; of a copy job, the copy of a run of its source.
struct RestorePoint {
    Uuid id;
    Uuid backup;
    std::string backup_name;
    Timestamp created;
    bool is_partial = false;  // one machine of the job only, backed up between its runs
    // Of a copy: the restore point that it is a copy of, and the job that had made that. Both may be gone.
    std::optional<Uuid> copied_from{};
    std::optional<Uuid> source_job{};
};

// One machine in it: one snapshot of the repository. The API's backup file is the same thing seen from the
// storage side.
struct VmRestorePoint {
    Uuid id;
    Uuid file;  // its id as a backup file
    Uuid restore_point;
    Uuid backup;
    Uuid repository;
    Uuid hierarchy_root;
    Uuid domain;
    std::string vm_name;
    Timestamp created;
    bool is_full = false;
    std::string snapshot;
    std::int64_t data_size = 0;    // of the disks, bytes
    std::int64_t backup_size = 0;  // added to the repository
    std::string consistency = std::string(consistency::crash);
    // Read, never stored.
    std::string backup_name;
    std::string repository_path;
    Timestamp restore_point_created{};
};

class RestorePoints {
  public:
    explicit RestorePoints(Database& database) : database_(database) {}

    std::optional<Backup> find_backup(const Uuid& id);
    std::vector<Backup> list_backups_of_job(const Uuid& job);
    // Of those whose time has come, and that no open session writes to.
    std::vector<Backup> list_expired_backups(Timestamp time);
    // Of the jobs that protect the machine now, the one with the newest point of it where the job writes to.
    std::optional<Uuid> job_with_newest_point(const Uuid& hierarchy_root, const Uuid& domain);

    // Newest first, as all lists of points here.
    std::vector<RestorePoint> list_of_backup(const Uuid& backup);
    std::optional<RestorePoint> find(const Uuid& id);

    // Looks at all points: for what is asked seldom.
    bool has_snapshot(const std::string& snapshot);
    std::vector<VmRestorePoint> list_vm_points_in_backup(const Uuid& backup);
    // What backup jobs that there are have of the machine, wherever they keep it.
    std::vector<VmRestorePoint> list_backed_up(const Uuid& hierarchy_root, const Uuid& domain);
    // In that backup, of that point.
    std::optional<RestorePoint> find_copy(const Uuid& backup, const Uuid& copied_from);
    std::optional<VmRestorePoint> find_vm_point(const Uuid& id);
    std::optional<VmRestorePoint> find_by_file(const Uuid& file);

    // The backup of that job in that repository; made when there is none yet.
    Backup backup_for(const Uuid& job, const std::string& job_name, const Uuid& repository);
    void add_backup(const Backup& backup);
    // Adds the machine's point, and the restore point that it belongs to when this is its first.
    void add(const RestorePoint& point, const VmRestorePoint& vm_point);

    // Each takes out what it names and notes its snapshots as to be forgotten, in one transaction.
    void remove(const Uuid& restore_point);
    void remove_backup(const Uuid& backup);
    // Backups of that job in which there is no restore point.
    void remove_empty_backups(const Uuid& job);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
