#include "catalog/jobs.hpp"

#include "base/error.hpp"
#include "catalog/sources.hpp"

namespace holdfast::catalog {
namespace {

std::vector<Job> find_where(Connection& connection, const std::string& rest, const std::optional<Uuid>& id) {
    auto query = connection.query(job_source().select() + rest);
    if (id) query.bind("id", *id);
    auto jobs = query.rows(job_source().read);
    job_source().complete(connection, jobs);
    return jobs;
}

void add_objects(Connection& connection, const Job& job) {
    int position = 0;
    for (const auto& object : job.objects)
        connection
            .query(
                "INSERT INTO job_objects (id, job_id, position, server_id, domain_id, name, guest_processing,"
                " excluded_disks) VALUES (:id, :job, :position, :server, :domain, :name, :guest, :excluded)")
            .bind("id", object.id)
            .bind("job", job.id)
            .bind("position", position++)
            .bind("server", object.server)
            .bind("domain", object.domain)
            .bind("name", object.name)
            .bind("guest", object.guest ? to_json(*object.guest) : "")
            .bind("excluded", to_json(object.excluded_disks))
            .run();
}

void add_sources(Connection& connection, const Job& job) {
    int position = 0;
    for (const auto& source : job.sources) {
        // Held, so that it cannot go meanwhile.
        if (connection.query("UPDATE jobs SET name = name WHERE id = :id").bind("id", source.job).run() == 0)
            throw Error(ErrorKind::not_found, "There is no job " + source.job.to_string());
        connection
            .query(
                "INSERT INTO linked_jobs (id, job_id, position, source_job_id)"
                " VALUES (:id, :job, :position, :source)")
            .bind("id", source.id)
            .bind("job", job.id)
            .bind("position", position++)
            .bind("source", source.job)
            .run();
    }
}

// The columns that both adding and editing write.
void bind_settings(Query& query, const Job& job) {
    query.bind("id", job.id)
        .bind("name", job.name)
        .bind("description", job.description)
        .bind("enabled", job.schedule_enabled)
        .bind("schedule", to_json(job.schedule))
        .bind("retention", to_json(job.retention))
        .bind("guest", to_json(job.guest))
        .bind("scripts", to_json(job.guest_scripts))
        .bind("compression", static_cast<int>(job.compression))
        .bind("read_limit", static_cast<std::int64_t>(job.read_limit))
        .bind("indexing", to_json(job.indexing))
        .bind("next", job.next_run)
        .bind("retries", job.retries_left);
}

std::optional<Job> find_in(Connection& connection, const Uuid& id) {
    auto jobs = find_where(connection, " WHERE j.id = :id", id);
    if (jobs.empty()) return std::nullopt;
    return std::move(jobs.front());
}

// Changes nothing, but from here on other writers of this job wait, on PostgreSQL too.
Job hold(Connection& connection, const Uuid& id) {
    if (connection.query("UPDATE jobs SET name = name WHERE id = :id").bind("id", id).run() == 0)
        throw Error(ErrorKind::not_found, "There is no job " + id.to_string());
    return find_in(connection, id).value();
}

void require_free_name_in(Connection& connection, const std::string& name) {
    if (connection.query("SELECT 1 AS one FROM jobs WHERE name = :name")
            .bind("name", name)
            .first([](const Row&) { return true; }))
        throw Error(ErrorKind::conflict, "A job with the name " + name + " is there already")
            .advise("Choose another name.");
}

}  // namespace

std::vector<Job> Jobs::list() {
    return database_.read([](Connection& connection) {
        return find_where(connection, " ORDER BY j.name, j.id", std::nullopt);
    });
}

std::optional<Job> Jobs::find(const Uuid& id) {
    return database_.read([&](Connection& connection) { return find_in(connection, id); });
}

void Jobs::require_free_name(const std::string& name) {
    database_.look_up([&](Connection& connection) { require_free_name_in(connection, name); });
}

void Jobs::add(const Job& job) {
    database_.transaction([&](Connection& connection) {
        require_free_name_in(connection, job.name);
        if (!connection.query("SELECT 1 AS one FROM repositories WHERE id = :id")
                 .bind("id", job.repository)
                 .first([](const Row&) { return true; }))
            throw Error(ErrorKind::not_found, "There is no repository " + job.repository.to_string());
        auto insert = connection.query(
            "INSERT INTO jobs (id, name, description, repository_id, schedule_enabled, schedule, retention,"
            " guest_processing, guest_scripts, compression_level, read_limit, guest_indexing, next_run,"
            " retries_left, created_at, job_type)"
            " VALUES (:id, :name, :description, :repository, :enabled, :schedule, :retention, :guest,"
            " :scripts, :compression, :read_limit, :indexing, :next, :retries, :created, :type)");
        bind_settings(insert, job);
        insert.bind("repository", job.repository)
            .bind("created", now())
            .bind("type", to_string(job.type))
            .run();
        add_objects(connection, job);
        add_sources(connection, job);
    });
}

Job Jobs::edit(const Uuid& id, const std::function<void(Job&)>& change) {
    return database_.transaction([&](Connection& connection) {
        Job job = hold(connection, id);
        std::string old_name = job.name;
        change(job);
        if (job.name != old_name) require_free_name_in(connection, job.name);
        auto update = connection.query(
            "UPDATE jobs SET name = :name, description = :description, schedule_enabled = :enabled,"
            " schedule = :schedule, retention = :retention, guest_processing = :guest,"
            " guest_scripts = :scripts, compression_level = :compression, read_limit = :read_limit,"
            " guest_indexing = :indexing, next_run = :next, retries_left = :retries"
            " WHERE id = :id");
        bind_settings(update, job);
        update.run();
        connection.query("DELETE FROM job_objects WHERE job_id = :id").bind("id", id).run();
        add_objects(connection, job);
        connection.query("DELETE FROM linked_jobs WHERE job_id = :id").bind("id", id).run();
        add_sources(connection, job);
        return job;
    });
}

void Jobs::set_next_run(const Uuid& id, std::optional<Timestamp> next_run, int retries_left) {
    database_.transaction([&](Connection& connection) {
        connection.query("UPDATE jobs SET next_run = :next, retries_left = :retries WHERE id = :id")
            .bind("next", next_run)
            .bind("retries", retries_left)
            .bind("id", id)
            .run();
    });
}

void Jobs::remove(const Uuid& id, const std::function<void(const Job&)>& check) {
    database_.transaction([&](Connection& connection) {
        check(hold(connection, id));
        connection.query("DELETE FROM checkpoints WHERE job_id = :id").bind("id", id).run();
        connection.query("DELETE FROM job_objects WHERE job_id = :id").bind("id", id).run();
        connection.query("DELETE FROM jobs WHERE id = :id").bind("id", id).run();
    });
}

std::optional<Checkpoint> Jobs::checkpoint(const Uuid& job, const JobObject& object) {
    return database_.read([&](Connection& connection) {
        return connection
            .query(
                "SELECT name, snapshot_id FROM checkpoints"
                " WHERE job_id = :job AND server_id = :server AND domain_id = :domain")
            .bind("job", job)
            .bind("server", object.server)
            .bind("domain", object.domain)
            .first([](const Row& row) { return Checkpoint{row.text("name"), row.text("snapshot_id")}; });
    });
}

void Jobs::set_checkpoint(const Uuid& job, const JobObject& object, const Checkpoint& checkpoint) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "INSERT INTO checkpoints (job_id, server_id, domain_id, name, snapshot_id)"
                " VALUES (:job, :server, :domain, :name, :snapshot)"
                " ON CONFLICT (job_id, server_id, domain_id)"
                " DO UPDATE SET name = excluded.name, snapshot_id = excluded.snapshot_id")
            .bind("job", job)
            .bind("server", object.server)
            .bind("domain", object.domain)
            .bind("name", checkpoint.name)
            .bind("snapshot", checkpoint.snapshot)
            .run();
    });
}

void Jobs::remove_checkpoint(const Uuid& job, const JobObject& object) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "DELETE FROM checkpoints WHERE job_id = :job AND server_id = :server AND domain_id = :domain")
            .bind("job", job)
            .bind("server", object.server)
            .bind("domain", object.domain)
            .run();
    });
}

}  // namespace holdfast::catalog
