// Jobs: what they back up or copy, and the checkpoint that each machine's next run starts from.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "catalog/disk_names.hpp"
#include "catalog/guest_processing.hpp"
#include "catalog/job_type.hpp"
#include "catalog/schedule.hpp"

namespace holdfast::catalog {

// EM's words; what they mean to the repository is for the run to say.
enum class CompressionLevel { none = 1, dedupe_friendly, optimal, high, extreme };

struct JobObject {
    Uuid id;
    Uuid server;  // the managed server
    Uuid domain;
    std::string name;
    Uuid hierarchy_root{};  // of the managed server; nil when that is gone. Read, never stored
    int position = 0;       // among the objects of the job, from 0. Read, never stored
    std::optional<GuestProcessing> guest{};  // where it is another one than the job's
    DiskNames excluded_disks{};              // that are not backed up
};

// A job whose restore points a copy job copies.
struct LinkedJob {
    Uuid id;
    Uuid job;
    std::string name{};  // of that job. Read, never stored
};

struct Job {
    Uuid id;
    std::string name;
    std::string description;
    Uuid repository;
    bool schedule_enabled = true;
    Schedule schedule;
    Retention retention;
    CompressionLevel compression = CompressionLevel::optimal;
    std::uint64_t read_limit = 0;  // bytes a second that a run reads from disks, in all; 0: no limit
    GuestIndexing indexing{};
    std::optional<Timestamp> next_run;
    int retries_left = 0;
    GuestProcessing guest{};
    GuestScripts guest_scripts{};
    std::vector<JobObject> objects;  // in the order in which they are backed up
    JobType type = JobType::backup;
    std::vector<LinkedJob> sources{};  // of a copy job, in the order in which they are copied
};

// How the job treats the guest of one of its objects.
inline const GuestProcessing& guest_processing_of(const JobObject& object, const Job& job) {
    return object.guest ? *object.guest : job.guest;
}

struct Checkpoint {
    std::string name;
    std::string snapshot;  // the one that holds the disks as they were at that checkpoint
};

class Jobs {
  public:
    explicit Jobs(Database& database) : database_(database) {}

    std::vector<Job> list();  // by name
    std::optional<Job> find(const Uuid& id);
    // Throws conflict when a job has it: to tell before a task is begun what add() would refuse.
    void require_free_name(const std::string& name);
    // conflict when the name is taken; not_found when the repository is gone.
    void add(const Job& job);
    // What `change` makes of the job, objects included, is kept, all at once: nobody else changes the job
    // meanwhile. What it throws leaves the job as it was. conflict when the new name is taken; not_found when
    // the job is gone.
    Job edit(const Uuid& id, const std::function<void(Job&)>& change);
    void set_next_run(const Uuid& id, std::optional<Timestamp> next_run, int retries_left);
    // The job and its checkpoints' records; its backups stay. `check` sees the job as it is then, and throws
    // to keep it. not_found when the job is gone.
    void remove(const Uuid& id, const std::function<void(const Job&)>& check = [](const Job&) {});

    std::optional<Checkpoint> checkpoint(const Uuid& job, const JobObject& object);
    void set_checkpoint(const Uuid& job, const JobObject& object, const Checkpoint& checkpoint);
    void remove_checkpoint(const Uuid& job, const JobObject& object);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
