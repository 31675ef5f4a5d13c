#include "api/whole_server.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/resources/all_routes.hpp"
#include "api/routing/credentials.hpp"
#include "catalog/accounts.hpp"
#include "catalog/backup_sessions.hpp"
#include "catalog/jobs.hpp"
#include "catalog/repositories.hpp"
#include "catalog/restore_points.hpp"
#include "catalog/restore_sessions.hpp"

namespace holdfast::api {
namespace {

const Uuid domain_id = *Uuid::parse("11111111-1111-4111-8111-111111111111");

std::string test_node() {
    return fmt::format(
        "<node><domain type='test'><name>web01</name><uuid>{}</uuid><memory>8192</memory>"
        "<os><type>hvm</type></os></domain></node>",
        domain_id.to_string());
}

}  // namespace

WholeServer::WholeServer() : router_(all_routes(services_, logons_, check_), logons_) {
    fill_catalog();
    log_on_everybody();
}

void WholeServer::fill_catalog() {
    const auto node = folder_.path() / "node.xml";
    write_file_durably(node, as_bytes(test_node()), 0600);
    const auto host = hosts_.add("kvm1", "", "test://" + node.string());

    catalog::Repository repository{Uuid::random(), "main", "", "/srv/main", "abc", "sealed", 100, 50};
    catalog::Repositories(*database_).add(repository);
    catalog::Job job;
    job.id = Uuid::random();
    job.name = "nightly & <more>";
    job.repository = repository.id;
    job.schedule_enabled = false;
    job.objects = {{Uuid::random(), host.id, domain_id, "web01"}};
    catalog::Jobs(*database_).add(job);

    const auto time = now() - std::chrono::hours(1);
    catalog::RestorePoints points(*database_);
    const auto backup = points.backup_for(job.id, job.name, repository.id);
    catalog::RestorePoint point{Uuid::random(), backup.id, backup.name, time};
    catalog::VmRestorePoint machine{.id = Uuid::random(),
                                    .file = Uuid::random(),
                                    .restore_point = point.id,
                                    .backup = backup.id,
                                    .repository = repository.id,
                                    .hierarchy_root = host.hierarchy_root,
                                    .domain = domain_id,
                                    .vm_name = "web01",
                                    .created = time,
                                    .is_full = true,
                                    .snapshot = "abc",
                                    .data_size = 583,
                                    .backup_size = 100};
    points.add(point, machine);

    catalog::BackupSession session{.id = Uuid::random(),
                                   .job = job.id,
                                   .job_name = job.name,
                                   .owner = here_.id.to_string(),
                                   .created = time};
    catalog::TaskSession task{.id = Uuid::random(),
                              .session = session.id,
                              .server = host.id,
                              .domain = domain_id,
                              .vm_name = "web01",
                              .created = time};
    catalog::BackupSessions sessions(*database_);
    sessions.start(session, {task});
    session.state = catalog::state::stopped;
    session.result = catalog::result::success;
    session.ended = time;
    session.restore_point = point.id;
    sessions.update(session);
    catalog::RestoreSession restore{.id = Uuid::random(),
                                    .kind = "RestoreVm",
                                    .owner = here_.id.to_string(),
                                    .vm_restore_point = machine.id,
                                    .vm_name = "web01",
                                    .started_by = "admin",
                                    .created = time,
                                    .ended = time,
                                    .state = std::string(catalog::state::stopped),
                                    .result = std::string(catalog::result::success),
                                    .progress = 100};
    catalog::RestoreSessions(*database_).start(restore);
    catalog::RestoreSessions(*database_).update(restore);

    samples_ = {{"/backupServers/{ID}", here_.id.to_string()},
                {"/managedServers/{ID}", host.id.to_string()},
                {"/hierarchyRoots/{ID}", host.hierarchy_root.to_string()},
                {"/repositories/{ID}", repository.id.to_string()},
                {"/jobs/{ID}", job.id.to_string()},
                {"/jobs/{ID}/includes/{ID}", job.objects[0].id.to_string()},
                {"/backups/{ID}", backup.id.to_string()},
                {"/restorePoints/{ID}", point.id.to_string()},
                {"/vmRestorePoints/{ID}", machine.id.to_string()},
                {"/backupFiles/{ID}", machine.file.to_string()},
                {"/backupSessions/{ID}", session.id.to_string()},
                {"/backupTaskSessions/{ID}", task.id.to_string()},
                {"/restoreSessions/{ID}", restore.id.to_string()}};
}

void WholeServer::add_sessions(std::size_t count) {
    const auto start = now() - std::chrono::hours(48);
    database_->transaction([&](catalog::Connection& connection) {
        for (std::size_t i = 0; i < count; ++i)
            connection
                .query(
                    "INSERT INTO backup_sessions (id, job_id, job_name, owner, created_at, ended_at, state,"
                    " result, progress, is_retry, reason) VALUES (:id, :job, 'many', 'me', :created, "
                    ":created,"
                    " 'Stopped', 'Success', 100, 0, '')")
                .bind("id", Uuid::random())
                .bind("job", Uuid::random())
                .bind("created", start + std::chrono::minutes(i / 7))
                .run();
    });
}

void WholeServer::log_on_everybody() {
    for (AccountRole role : all_roles) {
        const std::string name(to_string(role));
        catalog::Accounts(*database_).add({Uuid::random(), name, "no password", {name}});
        const auto logon = logons_.open(name, {role}, "latest");
        tokens_[role] = token_of(logon->id());
        session_ids_[role] = logon->id().to_string();
    }
}

http::Response WholeServer::ask(AccountRole role, std::string method, std::string_view target,
                                std::string_view accept) const {
    const std::size_t question = std::min(target.find('?'), target.size());
    return router_.handle(
        {.method = std::move(method),
         .path = std::string(target.substr(0, question)),
         .query = std::string(target.substr(std::min(question + 1, target.size()))),
         .headers = {{"X-RestSvcSessionId", tokens_.at(role)}, {"Accept", std::string(accept)}},
         .remote_address = "192.0.2.7",
         .host = "backup:9398"});
}

std::string WholeServer::sample(AccountRole role, const std::string& path_template) const {
    if (path_template == "/logonSessions/{ID}") return session_ids_.at(role);
    const auto found = samples_.find(path_template);
    return found == samples_.end() ? "" : found->second;
}

}  // namespace holdfast::api
