// Jobs, the machines in them, and tasks of the API.
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <unordered_map>

#include "base/error.hpp"
#include "catalog/sources.hpp"
#include "catalog/sources/fields.hpp"
#include "catalog/visibility.hpp"

namespace holdfast::catalog {
namespace {

constexpr const char* object_columns =
    "o.id AS id, o.job_id AS job_id, o.server_id AS server_id, o.domain_id AS domain_id, o.name AS name,"
    " o.guest_processing AS guest_processing, h.hierarchy_root_id AS hierarchy_root_id,"
    " o.position AS position, o.excluded_disks AS excluded_disks";
constexpr const char* objects = "job_objects o";
constexpr const char* server_of_object = "LEFT JOIN managed_servers h ON h.id = o.server_id";
const std::string object_tables = fmt::format("{} {}", objects, server_of_object);

CompressionLevel compression_level(std::int64_t number) {
    if (number < 1 || number > 5)
        throw Error(ErrorKind::corrupt, fmt::format("There is no level of compression {}", number));
    return static_cast<CompressionLevel>(number);
}

Job read_job(const Row& row) {
    Job job;
    job.id = row.id("id");
    job.name = row.text("name");
    job.description = row.text("description");
    job.repository = row.id("repository_id");
    job.schedule_enabled = row.flag("schedule_enabled");
    job.schedule = schedule_from_json(row.text("schedule"));
    job.retention = retention_from_json(row.text("retention"));
    job.guest = guest_processing_from_json(row.text("guest_processing"));
    job.guest_scripts = guest_scripts_from_json(row.text("guest_scripts"));
    job.compression = compression_level(row.number("compression_level"));
    job.read_limit = static_cast<std::uint64_t>(row.number("read_limit"));
    job.indexing = guest_indexing_from_json(row.text("guest_indexing"));
    job.next_run = row.optional_time("next_run");
    job.retries_left = static_cast<int>(row.number("retries_left"));
    job.type = job_type_from(row.text("job_type"));
    return job;
}

JobObject read_object(const Row& row) {
    JobObject object{row.id("id"),
                     row.id("server_id"),
                     row.id("domain_id"),
                     row.text("name"),
                     row.optional_id("hierarchy_root_id").value_or(Uuid()),
                     static_cast<int>(row.number("position"))};
    auto guest = row.text("guest_processing");
    if (!guest.empty()) object.guest = guest_processing_from_json(guest);
    object.excluded_disks = disk_names_from_json(row.text("excluded_disks"));
    return object;
}

// One statement for many jobs, within what the databases take of values in one: the rows of each, which
// `select` gives for "job_id IN ({})", in their order.
void read_parts_of(Connection& connection, std::span<Job> jobs, const std::string& select,
                   void (*add)(Job&, const Row&)) {
    std::string names;
    for (std::size_t i = 0; i < jobs.size(); ++i) names += fmt::format("{}:j{}", i == 0 ? "" : ", ", i);
    auto query = connection.query(fmt::format(fmt::runtime(select), names));
    std::unordered_map<Uuid, Job*> by_id;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        query.bind("j" + std::to_string(i), jobs[i].id);
        by_id.emplace(jobs[i].id, &jobs[i]);
    }
    query.rows([&](const Row& row) {
        add(*by_id.at(row.id("job_id")), row);
        return true;
    });
}

void read_objects_of(Connection& connection, std::span<Job> jobs) {
    static const std::string objects_of =
        fmt::format("SELECT {} FROM {} WHERE o.job_id IN ({{}}) ORDER BY o.job_id, o.position",
                    object_columns, object_tables);
    read_parts_of(connection, jobs, objects_of,
                  [](Job& job, const Row& row) { job.objects.push_back(read_object(row)); });
    static const std::string sources_of =
        "SELECT l.id AS id, l.job_id AS job_id, l.source_job_id AS source_job_id, s.name AS name"
        " FROM linked_jobs l JOIN jobs s ON s.id = l.source_job_id"
        " WHERE l.job_id IN ({}) ORDER BY l.job_id, l.position";
    read_parts_of(connection, jobs, sources_of, [](Job& job, const Row& row) {
        job.sources.push_back({row.id("id"), row.id("source_job_id"), row.text("name")});
    });
}

void read_objects(Connection& connection, std::vector<Job>& jobs) {
    constexpr std::size_t at_once = 1000;
    for (std::span<Job> rest(jobs); !rest.empty();) {
        auto part = rest.first(std::min(at_once, rest.size()));
        read_objects_of(connection, part);
        rest = rest.subspan(part.size());
    }
}

// Each schedule of a job begins with whether it is enabled, as to_json(Schedule) writes it.
std::string has_schedule(const std::string& column) {
    std::string text = "(CASE WHEN ";
    std::string_view separator;
    for (std::string_view kind : {"daily", "monthly", "periodical", "continuous", "chaining"}) {
        text += fmt::format("{}{} LIKE '%\"{}\":{{\"enabled\":true,%'", separator, column, kind);
        separator = " OR ";
    }
    return text + " THEN 1 ELSE 0 END)";
}

}  // namespace

const RecordSource<Job>& job_source() {
    static const auto source = [] {
        RecordSource<Job> made;
        made.name = "Job";
        made.columns =
            "j.id, j.name, j.description, j.repository_id, j.schedule_enabled, j.schedule, j.retention,"
            " j.guest_processing, j.guest_scripts, j.compression_level, j.read_limit, j.guest_indexing,"
            " j.next_run, j.retries_left, j.job_type";
        made.table = "jobs j";
        made.of_others = peer_job_source;
        made.id = "j.id";
        made.created = "j.created_at";
        made.visible = "EXISTS (SELECT 1 FROM " + object_tables +
                       " WHERE (o.job_id = j.id OR o.job_id IN"
                       " (SELECT l.source_job_id FROM linked_jobs l WHERE l.job_id = j.id)) AND " +
                       visible_machine("h.hierarchy_root_id", "o.domain_id") + ")";
        made.fields = {
            fields::id("UID", "j.id"),
            fields::text("Name", "j.name"),
            fields::text("Description", "j.description"),
            fields::time_or_none("NextRun", "CASE WHEN j.schedule_enabled = 1 THEN j.next_run END"),
            fields::kept_choice("JobType", "j.job_type",
                                {"Backup", "BackupCopy", "ImmediateBackupCopy", "Replica"}),
            fields::choice("Platform", "'CustomPlatform'", {"VMware", "Hyperv", "vCloud", "CustomPlatform"}),
            fields::boolean("ScheduleConfigured", has_schedule("j.schedule")),
            fields::boolean("ScheduleEnabled", "j.schedule_enabled"),
            fields::server_id(),
            fields::server_name()};
        made.read = read_job;
        made.complete = read_objects;
        return made;
    }();
    return source;
}

const RecordSource<ListedObject>& job_object_source() {
    static const auto source = [] {
        RecordSource<ListedObject> made;
        made.name = "ObjectInJob";
        made.columns =
            std::string(object_columns) + ", j.name AS job_name, j.guest_processing AS job_guest_processing";
        made.table = objects;
        made.joins = {{"h", server_of_object}, {"j", "LEFT JOIN jobs j ON j.id = o.job_id"}};
        made.id = "o.position, o.id";
        made.created = "j.created_at";
        made.visible = visible_machine("h.hierarchy_root_id", "o.domain_id");
        made.fields = {fields::id("UID", "o.id"),
                       fields::text("Name", "o.name"),
                       fields::id("JobUid", "o.job_id"),
                       fields::text("JobName", "j.name"),
                       fields::server_id(),
                       fields::server_name()};
        made.parents = {{"job", "o.job_id"}};
        made.read = [](const Row& row) {
            return ListedObject{read_object(row), row.id("job_id"), row.text("job_name"),
                                guest_processing_from_json(row.text("job_guest_processing"))};
        };
        return made;
    }();
    return source;
}

const RecordSource<TaskRecord>& task_source() {
    static const auto source = [] {
        RecordSource<TaskRecord> made;
        made.name = "Task";
        made.columns =
            "t.account_id, t.logon_session, t.number, t.owner, t.operation, t.created_at, t.ended_at,"
            " t.succeeded, t.message, t.links";
        made.table = "tasks t";
        made.id = "t.number";
        made.created = "t.created_at";
        made.fields = {
            fields::text("TaskId", "'task-' || t.number"),
            fields::choice("State", "(CASE WHEN t.ended_at IS NULL THEN 'Running' ELSE 'Finished' END)",
                           {"Running", "OperationFinished", "Finished"}),
            fields::text("Operation", "t.operation")};
        made.parents = {{"logon session", "t.logon_session"}};
        made.read = [](const Row& row) {
            TaskRecord task;
            task.account = row.id("account_id");
            task.logon_session = row.text("logon_session");
            task.number = static_cast<int>(row.number("number"));
            task.owner = row.text("owner");
            task.operation = row.text("operation");
            task.created = row.time("created_at");
            task.ended = row.optional_time("ended_at");
            task.succeeded = row.flag("succeeded");
            task.message = row.text("message");
            task.links = row.text("links");
            return task;
        };
        return made;
    }();
    return source;
}

}  // namespace holdfast::catalog
