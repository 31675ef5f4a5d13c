#include "api/whole_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <thread>

#include "api/resources/all_routes.hpp"
#include "api/resources/audit_routes.hpp"
#include "api/resources/role_ids.hpp"
#include "api/routing/credentials.hpp"
#include "base/text.hpp"
#include "catalog/account_scopes.hpp"
#include "catalog/accounts.hpp"
#include "catalog/backup_sessions.hpp"
#include "catalog/boot_verifications.hpp"
#include "catalog/credentials.hpp"
#include "catalog/guest_index_writer.hpp"
#include "catalog/instant_recoveries.hpp"
#include "catalog/jobs.hpp"
#include "catalog/notification_targets.hpp"
#include "catalog/repositories.hpp"
#include "catalog/restore_points.hpp"
#include "catalog/restore_sessions.hpp"
#include "catalog/system_sessions.hpp"
#include "repository/support.hpp"

namespace holdfast::api {
namespace {

const Uuid domain_id = *Uuid::parse("11111111-1111-4111-8111-111111111111");
constexpr std::string_view password = "the password of everybody";

// web01 is what the catalog knows; db01 is protected by nothing.
std::string test_node() {
    return fmt::format(
        "<node><domain type='test'><name>web01</name><uuid>{}</uuid><metadata>"
        "<t:tags xmlns:t='urn:holdfast:tags'><t:tag>Shop</t:tag></t:tags></metadata><memory>8192</memory>"
        "<os><type>hvm</type></os><devices><disk type='file'><source file='/srv/fast/web01.qcow2'/>"
        "<target dev='vda'/></disk><interface type='network'><source network='lan'/></interface></devices>"
        "</domain><domain type='test'><name>db01</name><uuid>22222222-2222-4222-8222-222222222222</uuid>"
        "<memory>8192</memory><os><type>hvm</type></os></domain>"
        "<pool type='dir'><name>fast</name><uuid>33333333-3333-4333-8333-333333333333</uuid>"
        "<target><path>/srv/fast</path></target></pool>"
        "<pool type='dir'><name>slow</name><uuid>55555555-5555-4555-8555-555555555555</uuid>"
        "<target><path>/srv/slow</path></target></pool>"
        "<network><name>lan</name><uuid>44444444-4444-4444-8444-444444444444</uuid>"
        "<ip address='192.0.2.1' netmask='255.255.255.0'/></network></node>",
        domain_id.to_string());
}

}  // namespace

WholeServer::WholeServer() : router_(all_routes(services_, logons_, check_, setup_), logons_) {
    router_.answer_once_by([this](const KeyedRequest& request, const auto& answer) {
        return first_answers_.answer_once(request, answer);
    });
    router_.accept_tokens(api_tokens_);
    fill_catalog();
    log_on_everybody();
}

void WholeServer::write_audit() {
    router_.on_change(write_changes_to(*database_));
}

void WholeServer::fill_catalog() {
    const auto node = folder_.path() / "node.xml";
    write_file_durably(node, as_bytes(test_node()), 0600);
    const auto host = hosts_.add("kvm1", "", "test://" + node.string());

    // Empty, and real.
    const auto place = repository_folder_.path() / "repository";
    catalog::Repository repository{Uuid::random(), "main", "", place, {}, {}, 100, 50};
    repository.restic_id = repository::create_quickly(place)->id();
    repository.sealed_password =
        secrets_.seal(catalog::Repository::secret_name(repository.id), repository::test_password);
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
    {
        catalog::GuestIndexWriter files(*database_, machine, here_.id.to_string());
        using catalog::FileKind;
        files.put("/", {{"/", FileKind::folder, 0, time, "0:0"}});
        files.put("", {{"etc", FileKind::folder, 0, time, "0:0"}, {"srv", FileKind::folder, 0, time, "0:0"}});
        files.put("etc", {{"hosts & <more>", FileKind::file, 583, time, "0:0"}});
        files.put("srv", {});
        files.finish();
    }

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
    task.state = catalog::state::completed;
    task.result = session.result;
    task.ended = time;
    sessions.update_task(task);
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
    catalog::SystemSession system{.id = Uuid::random(),
                                  .kind = std::string(catalog::system_work::scopes_rebuild),
                                  .name = "Rebuild of scopes",
                                  .owner = here_.id.to_string(),
                                  .created = time,
                                  .ended = time,
                                  .result = std::string(catalog::result::success)};
    catalog::SystemSessions system_sessions(*database_);
    system_sessions.start(system);
    system_sessions.add_event(system.id, {time, "Machines in the scope web01: 1", 1});
    system_sessions.end(system);

    const catalog::Credentials guest{Uuid::random(), "root", "of guests", "sealed"};
    catalog::CredentialsStore(*database_).add(guest);
    const catalog::EncryptionPassword password{Uuid::random(), "the usual one", "sealed", time};
    catalog::EncryptionPasswords(*database_).add(password);

    auto booted = catalog::new_restore_session("RestoreVm", here_.id.to_string(), machine, "admin");
    booted.created = time;
    catalog::BootVerification verification{.session = booted,
                                           .hierarchy_root = host.hierarchy_root,
                                           .domain = Uuid::random(),
                                           .twin_name = "holdfast-verify-1",
                                           .checks = {{.kind = std::string(catalog::boot_check::heartbeat),
                                                       .result = std::string(catalog::result::success),
                                                       .after_ms = 3141}},
                                           .console = "web01 login: "};
    catalog::BootVerifications verifications(*database_);
    verifications.start(verification);
    verification.session.state = catalog::state::stopped;
    verification.session.result = catalog::result::success;
    verification.session.ended = time;
    verification.boot_ms = 3141;
    verifications.update(verification, as_bytes("PNG"));
    verifications.note_removed(booted.id);

    const catalog::NotificationTarget hook{.id = Uuid::random(),
                                           .name = "hook & <more>",
                                           .url = "https://example.org/hook",
                                           .sealed_secret = "sealed",
                                           .all_jobs = false,
                                           .jobs = {job.id},
                                           .created = time};
    catalog::NotificationTargets(*database_).add(hook);

    auto running = catalog::new_restore_session("RestoreVm", here_.id.to_string(), machine, "admin");
    running.created = time;
    catalog::InstantRecovery instant{.session = running,
                                     .hierarchy_root = host.hierarchy_root,
                                     .domain = Uuid::random(),
                                     .vm_name = "web01_restored",
                                     .state = std::string(catalog::recovery_state::published),
                                     .disks = {{"vda", "/var/lib/libvirt/images/web01_restored-vda.qcow2"}}};
    catalog::InstantRecoveries(*database_).start(instant);

    samples_ = {{"/bootVerifications/{ID}", booted.id.to_string()},
                {"/instantRecoveries/{ID}", instant.session.id.to_string()},
                {"/notificationTargets/{ID}", hook.id.to_string()},
                {"/backupServers/{ID}/credentials/{ID}", guest.id.to_string()},
                {"/backupServers/{ID}/passwords/{ID}", password.id.to_string()},
                {"/backupServers/{ID}", here_.id.to_string()},
                {"/managedServers/{ID}", host.id.to_string()},
                {"/hierarchyRoots/{ID}", host.hierarchy_root.to_string()},
                {"/repositories/{ID}", repository.id.to_string()},
                {"/jobs/{ID}", job.id.to_string()},
                {"/jobs/{ID}/includes/{ID}", job.objects[0].id.to_string()},
                {"/backups/{ID}", backup.id.to_string()},
                {"/restorePoints/{ID}", point.id.to_string()},
                {"/vmRestorePoints/{ID}", machine.id.to_string()},
                {"/catalog/vms/{vmname}", "web01"},
                {"/catalog/vms/{vmname}/vmRestorePoints/{ID}", machine.id.to_string()},
                {"/catalog/vms/{vmname}/vmRestorePoints/{ID}/guestfs/{filepath}", "etc"},
                {"/backupFiles/{ID}", machine.file.to_string()},
                {"/backupSessions/{ID}", session.id.to_string()},
                {"/backupTaskSessions/{ID}", task.id.to_string()},
                {"/restoreSessions/{ID}", restore.id.to_string()},
                {"/systemSessions/{ID}", system.id.to_string()}};
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

void WholeServer::add_tasks() {
    for (AccountRole role : all_roles) {
        const auto use = logons_.use(*Uuid::parse(session_ids_.at(role)));
        const auto account = catalog::Accounts(*database_).find_by_name(use.logon()->account());
        catalog::TaskRecord task{.account = account->id,
                                 .logon_session = keeper_.keep(*use.logon()),
                                 .owner = here_.id.to_string(),
                                 .operation = "StartJob",
                                 .created = now() - std::chrono::minutes(1),
                                 .ended = now(),
                                 .succeeded = true,
                                 .message = "Ok",
                                 .links = "[]"};
        catalog::LogonRecords records(*database_);
        task.number = records.add_task(task);
        records.update_task(task);
        samples_["/tasks/{ID}"] = fmt::format("task-{}", task.number);
    }
}

// Every role has an account of its own that sees all; one more account, with a scope, stands for all of them
// in paths.
void WholeServer::log_on_everybody() {
    for (AccountRole role : all_roles) {
        const std::string name(to_string(role));
        const catalog::Account account{Uuid::random(), name, "no password", {name}};
        catalog::Accounts(*database_).add(account);
        const catalog::ApiToken token{.id = Uuid::random(),
                                      .account = account.id,
                                      .name = "sample",
                                      .hash = "none",
                                      .roles = {name},
                                      .created = now(),
                                      .expires = now() + std::chrono::hours(1)};
        catalog::ApiTokens(*database_).add(token);
        api_token_ids_[role] = token.id.to_string();
        const auto logon = logons_.open(name, {role}, "latest");
        tokens_[role] = token_of(logon->id());
        session_ids_[role] = logon->id().to_string();
    }
    const auto role = AccountRole::file_restore_operator;
    const catalog::Account ann{Uuid::random(), "ann", "no password", {std::string(to_string(role))}};
    catalog::Accounts(*database_).add(ann);
    const catalog::AccountScope scope{Uuid::random(),
                                      ann.id,
                                      *Uuid::parse(samples_.at("/hierarchyRoots/{ID}")),
                                      std::string(catalog::scope_type::machine),
                                      domain_id.to_string(),
                                      "web01"};
    catalog::AccountScopes(*database_).add({scope});
    samples_["/security/accounts/{ID}"] = ann.id.to_string();
    samples_["/security/accounts/{ID}/roles/{ID}"] = id_of(role).to_string();
    samples_["/security/accounts/{ID}/scopes/{ID}"] = scope.id.to_string();
    samples_["/security/roles/{ID}"] = id_of(role).to_string();
}

http::Request WholeServer::request(std::string_view token, std::string method, std::string_view target) {
    const std::size_t question = std::min(target.find('?'), target.size());
    return {.method = std::move(method),
            .path = std::string(target.substr(0, question)),
            .query = std::string(target.substr(std::min(question + 1, target.size()))),
            .headers = {token.starts_with("holdfast_")
                            ? std::pair<std::string, std::string>("Authorization",
                                                                  fmt::format("Bearer {}", token))
                            : std::pair<std::string, std::string>("X-RestSvcSessionId", token)},
            .remote_address = "192.0.2.7",
            .host = "backup:9398"};
}

std::optional<AuthenticatedAccount> WholeServer::OnePassword::check(std::string_view name,
                                                                    std::string_view given) {
    const auto account = of_catalog.find_by_name(std::string(name));
    if (!account || given != password) return std::nullopt;
    return AuthenticatedAccount{account->name, parse_roles(account->roles)};
}

http::Response WholeServer::log_on(std::string_view account, std::string_view query,
                                   std::string_view accept) const {
    auto made = request("", "POST", fmt::format("/api/sessionMngr/{}", query));
    made.headers = {
        {"Accept", std::string(accept)},
        {"Authorization", "Basic " + to_base64(as_bytes(fmt::format("{}:{}", account, password)))}};
    return router_.handle(made);
}

std::string WholeServer::add_account(AccountRole role, std::string_view name,
                                     const std::optional<std::vector<Uuid>>& machines) {
    const std::string role_name(to_string(role));
    catalog::Account account{
        .id = Uuid::random(), .name = fmt::format("{} {}", role_name, name), .roles = {role_name}};
    account.allow_restore_all = !machines;
    catalog::Accounts(*database_).add(account);
    catalog::AccountScopes scopes(*database_);
    if (!machines) return account.name;
    for (const auto& machine : *machines) {
        const catalog::AccountScope scope{.id = Uuid::random(),
                                          .account = account.id,
                                          .hierarchy_root = *Uuid::parse(samples_.at("/hierarchyRoots/{ID}")),
                                          .object_type = std::string(catalog::scope_type::machine),
                                          .object_id = machine.to_string(),
                                          .name = std::string(name)};
        scopes.add({scope});
        scopes.set_machines(scope, {machine});
    }
    return account.name;
}

void WholeServer::add_task(std::string_view token) {
    const auto use = logons_.use(session_of_token(token).value());
    const auto account = catalog::Accounts(*database_).find_by_name(use.logon()->account()).value();
    const TaskLink link{"Related", "/restoreSessions/" + samples_.at("/restoreSessions/{ID}"),
                        "RestoreSessionReference", "web01"};
    const TaskOwner owner{account.id, keeper_.keep(*use.logon())};
    const auto begun = tasks_.start(owner, "StartVMRestore",
                                    [link](std::stop_token) { return TaskOutcome{.links = {link}}; });
    while (!tasks_.find(account.id, begun.number).value().is_finished) std::this_thread::yield();
}

std::string text_of(const http::Response& response) {
    if (const auto* shared = std::get_if<http::SharedText>(&response.body)) return **shared;
    const auto* text = std::get_if<std::string>(&response.body);
    return text ? *text : "";
}

http::Response WholeServer::ask(AccountRole role, std::string method, std::string_view target,
                                std::string_view accept, std::string body) const {
    auto made = request(tokens_.at(role), std::move(method), target);
    made.headers.emplace_back("Accept", accept);
    if (!body.empty())
        made.headers.emplace_back("Content-Type",
                                  body.starts_with('<') ? "application/xml" : "application/json");
    made.body = std::move(body);
    return router_.handle(made);
}

http::Response WholeServer::send(AccountRole role, std::string method, std::string_view target,
                                 Headers headers, std::string body) const {
    auto made = request(tokens_.at(role), std::move(method), target);
    made.headers.emplace_back("Accept", "application/json");
    made.headers.emplace_back("Content-Type", "application/json");
    std::ranges::move(headers, std::back_inserter(made.headers));
    made.body = std::move(body);
    return router_.handle(made);
}

std::string WholeServer::sample(AccountRole role, const std::string& path_template) const {
    if (path_template == "/logonSessions/{ID}") return session_ids_.at(role);
    if (path_template == "/tokens/{ID}") return api_token_ids_.at(role);
    const auto found = samples_.find(path_template);
    return found == samples_.end() ? "" : found->second;
}

std::optional<std::string> WholeServer::filled(AccountRole role, std::string_view path_template,
                                               std::string_view before_ids) const {
    bool is_known = true;
    auto target = fill(path_template, [&](const std::string& path) {
        const auto known = sample(role, path);
        is_known = is_known && !known.empty();
        return fmt::format("{}{}", Uuid::parse(known) ? before_ids : "", known);
    });
    if (!is_known) return std::nullopt;
    return target;
}

}  // namespace holdfast::api
