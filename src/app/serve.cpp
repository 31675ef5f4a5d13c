#include "app/serve.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <memory>
#include <optional>

#include "api/events/event_streams.hpp"
#include "api/metrics/metrics.hpp"
#include "api/notifications/session_message.hpp"
#include "api/resources/all_routes.hpp"
#include "api/resources/audit_routes.hpp"
#include "api/resources/catalog_accounts.hpp"
#include "api/resources/catalog_tokens.hpp"
#include "api/resources/other_server_collection.hpp"
#include "api/resources/services.hpp"
#include "api/routing/logon_check.hpp"
#include "api/routing/logon_registry.hpp"
#include "api/routing/router.hpp"
#include "api/tasks/first_answers.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "console/console_pages.hpp"
#include "directory/pam_directory.hpp"
#include "http/server.hpp"
#include "notify/deliverer.hpp"
#include "protection/guest_indexer.hpp"
#include "protection/recovery.hpp"

namespace holdfast {
namespace {

constexpr std::size_t password_file_limit = 4096;
constexpr std::size_t certificates_file_limit = 16 << 20;
constexpr std::size_t initial_password_length = 20;
// Below it sockets are made, whose paths the system limits to 107 bytes; see hypervisor::BackupRequest.
constexpr std::size_t longest_run_directory = 70;
// Handlers mostly wait for the database; logons may hold some of the threads for a while (see
// LogonCheckLimits).
constexpr std::size_t http_workers = 48;

std::string host_name() {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name[0] == '\0' ? "localhost" : name.data();
}

// The id of this installation: the one backup server that the API shows, and the owner of running work in the
// database.
Uuid installation_id(const std::filesystem::path& data_directory) {
    auto file = data_directory / "installation-id";
    if (std::filesystem::exists(file)) {
        auto id = Uuid::parse(trimmed(read_file(file, 100)));
        if (id) return *id;
        throw Error(ErrorKind::corrupt, "The file " + file.string() + " does not hold an id")
            .advise("Put back the file from a copy of the data directory.");
    }
    auto id = Uuid::random();
    write_file_durably(file, as_bytes(id.to_string() + "\n"), 0600);
    return id;
}

// Only when there is no account yet: a file left in place does not bring back an old password.
void make_first_account(const ServeOptions& options, catalog::Database& database) {
    catalog::Accounts accounts(database);
    if (!accounts.is_empty()) return;
    std::string password;
    if (options.initial_password_file.empty()) {
        password = random_password(initial_password_length);
    } else {
        password = trimmed(read_file(options.initial_password_file, password_file_limit));
        if (password.empty())
            throw Error(ErrorKind::invalid_input,
                        "The file " + options.initial_password_file.string() + " holds no password")
                .advise("Write the first administrator's password into it.");
    }
    accounts.add({Uuid::random(), "admin", hash_password(password), {"Portal Administrator"}});
    if (options.initial_password_file.empty())
        // Told once, to whoever starts the server; it is stored nowhere.
        fmt::print(
            stderr,
            "\nThe first administrator is \"admin\" with the password: {}\nIt is told only this once.\n\n",
            password);
}

std::unique_ptr<directory::Directory> open_directory(const ServeOptions& options) {
    if (!options.pam_service.empty()) {
        auto directory = std::make_unique<directory::PamDirectory>(options.pam_service);
        spdlog::info("Who has no account of Holdfast is looked for by the PAM service {}",
                     options.pam_service);
        return directory;
    }
    if (options.ldap.server.uri.empty()) return nullptr;
    auto settings = options.ldap;
    // Read here, so that a wrong name is told now and not with every logon.
    read_file(settings.server.ca_file, certificates_file_limit);
    if (!options.ldap_bind_password_file.empty())
        settings.bind_password = trimmed(read_file(options.ldap_bind_password_file, password_file_limit));
    auto directory = std::make_unique<directory::LdapDirectory>(std::move(settings));
    spdlog::info("Who has no account of Holdfast is looked for in the directory {}", options.ldap.server.uri);
    return directory;
}

// Makes the certificate where none was given and none is there.
http::ServerOptions server_options(const ServeOptions& options, const std::filesystem::path& data_directory) {
    http::ServerOptions server;
    server.address = options.address;
    server.port = options.port;
    server.certificate_file =
        options.certificate_file.empty() ? data_directory / "certificate.pem" : options.certificate_file;
    server.private_key_file =
        options.private_key_file.empty() ? data_directory / "private-key.pem" : options.private_key_file;
    server.worker_threads = http_workers;
    if (options.certificate_file.empty())
        http::ensure_certificate(server.certificate_file, server.private_key_file);
    return server;
}

api::ServerSetup setup_of(const ServeOptions& options, const std::filesystem::path& certificate_file) {
    return {.certificate = http::read_certificate_facts(certificate_file),
            .certificate_file = std::filesystem::absolute(certificate_file).string(),
            .ldap_uri = options.ldap.server.uri,
            .ldap_user_base = options.ldap.user_base,
            .ldap_group_base = options.ldap.group_base,
            .pam_service = options.pam_service};
}

std::filesystem::path make_run_directory(const std::filesystem::path& data_directory) {
    auto path = data_directory / "run";
    if (path.string().size() > longest_run_directory)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("The path of the data directory is too long: {} has {} bytes, {} are allowed",
                                path.string(), path.string().size(), longest_run_directory))
            .advise("Choose a shorter one with --data-dir.");
    return path;
}

sigset_t end_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    return signals;
}

// Waits for the end; once a minute it runs `housekeeping`.
void wait_for_end(const std::function<void()>& housekeeping) {
    auto signals = end_signals();
    timespec minute{60, 0};
    while (::sigtimedwait(&signals, nullptr, &minute) < 0) housekeeping();
}

}  // namespace

void serve(const ServeOptions& options) {
    // Whoever runs virtual machines passes through to sockets below; files in it are for the owner alone.
    ::umask(0077);
    make_directories(options.data_directory, 0711);
    auto data_directory = std::filesystem::canonical(options.data_directory);
    FileLock lock(data_directory / "lock",
                  "Another Holdfast runs with the data directory " + data_directory.string());
    auto directory = open_directory(options);
    auto id = installation_id(data_directory);
    auto database = catalog::Database::open(options.database_url.empty()
                                                ? "sqlite://" + (data_directory / "catalog.db").string()
                                                : options.database_url);
    auto secrets = SecretBox::open(data_directory / "secret.key");
    make_first_account(options, *database);

    protection::Environment environment{*database, secrets, id.to_string(),
                                        make_run_directory(data_directory)};
    protection::HostConnections hosts(environment);
    protection::OpenRepositories repositories(environment);
    protection::Recovery recovery(environment, hosts, repositories);
    recovery.fail_interrupted_work();
    protection::RetentionKeeper retention(environment, repositories);
    protection::RepositoryUpkeep upkeep(environment, repositories);
    protection::FileMounts mounts(environment, repositories,
                                  std::chrono::minutes(options.mount_idle_minutes));
    protection::RestoreRuns restores(environment, hosts, repositories);
    protection::InstantRecoveryKeeper instant_recoveries(environment, hosts, repositories);
    protection::BootVerifier boot_verifier(environment, hosts, repositories);
    protection::GuestIndexer indexer(environment, repositories);
    protection::BackupRuns backups(environment, hosts, repositories, retention, options.machine_limits);
    recovery.clean_up();
    recovery.look_after_guests();
    instant_recoveries.start();
    boot_verifier.start();
    protection::Scheduler scheduler(environment, backups, retention);
    protection::ScopeKeeper scopes(environment, hosts);
    scopes.start();
    backups.on_end([&](const catalog::BackupSession& session, protection::EndedBy by) {
        if (session.result == catalog::result::failed) recovery.look_after(session);
        scheduler.session_ended(session, by);
        indexer.session_ended(session);
    });
    indexer.start();

    api::TaskRunner tasks(*database, id.to_string());
    api::ThisServer this_server{id, host_name(), HOLDFAST_VERSION, options.port};
    api::LogonRegistry logons;
    api::LogonKeeper keeper(logons, *database, secrets);
    keeper.restore();
    api::CatalogAccounts accounts(*database);
    api::LogonCheck check(accounts);
    std::optional<api::DirectoryAccounts> directory_accounts;
    if (directory) check.also_ask(directory_accounts.emplace(*directory, *database, logons));
    api::EventStreams events(*database, this_server);
    notify::Deliverer notifications(
        *database, secrets, id.to_string(), [&](const auto& notification, const auto& target) {
            return api::session_message(*database, this_server, notification, target);
        });
    http::RequestCounts requests;
    protection::MachineCensus census(environment, hosts);
    api::Metrics metrics(*database, logons, requests, census, HOLDFAST_VERSION);
    census.start();
    notifications.start();
    api::Services services{this_server,   *database, hosts,  repositories, backups,       restores,
                           mounts,        scheduler, tasks,  keeper,       logons,        check,
                           scopes,        secrets,   events, metrics,      notifications, instant_recoveries,
                           boot_verifier, upkeep};
    api::OtherServersCollector others(*database, secrets);
    others.start();
    auto http_options = server_options(options, data_directory);
    http_options.counts = &requests;
    auto setup = setup_of(options, http_options.certificate_file);
    api::Router router(api::all_routes(services, logons, check, setup), logons);
    api::CatalogTokens api_tokens(*database);
    router.accept_tokens(api_tokens);
    router.on_change(api::write_changes_to(*database));
    api::FirstAnswers first_answers(*database, secrets);
    router.answer_once_by([&](const api::KeyedRequest& request, const auto& answer) {
        return first_answers.answer_once(request, answer);
    });

    console::ConsolePages console;
    auto server = http::Server::start(
        http_options,
        [&](const http::Request& request) {
            return console::is_of_api(request.path) ? router.handle(request) : console.answer(request);
        },
        [&](int status, std::string_view message, const http::Request* request) {
            return router.describe(status, message, request);
        });
    spdlog::info("Holdfast {} listens on https://{}:{}/ with data in {}", HOLDFAST_VERSION, options.address,
                 server->port(), data_directory.string());
    wait_for_end([&] {
        logons.sweep();
        keeper.note_idle();
        api::forget_old_changes(*database);
        first_answers.forget_expired();
        tasks.forget_old();
        try {
            if (!recovery.is_clean() && backups.is_idle()) recovery.clean_up();
        } catch (const std::exception& error) {
            spdlog::warn("What is left of earlier runs cannot be cleaned up now: {}", error.what());
        }
    });
    spdlog::info("Ending: running sessions are stopped");
    events.stop();
    server->stop(std::chrono::seconds(10));
    // What they run uses everything above: they end before any of it goes.
    tasks.stop();
    backups.stop_all();
    indexer.stop();
    logons.end_all();
    // What ended just now is told after the next start.
    notifications.stop();
}

}  // namespace holdfast
