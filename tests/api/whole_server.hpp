// A whole server without its network: every route over a catalog with one of each, a host of libvirt's test
// driver, and a session of each role.
#pragma once

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/events/event_streams.hpp"
#include "api/notifications/session_message.hpp"
#include "api/resources/catalog_tokens.hpp"
#include "api/resources/server_settings_routes.hpp"
#include "api/resources/services.hpp"
#include "api/routing/logon_check.hpp"
#include "api/routing/router.hpp"
#include "api/tasks/first_answers.hpp"
#include "base/file.hpp"
#include "base/secret.hpp"
#include "catalog/accounts.hpp"
#include "notify/deliverer.hpp"

namespace holdfast::api {

// Of answers and of errors, whole; a stream's text is empty.
std::string text_of(const http::Response& response);

// Calls `parameter` with the path up to and with each parameter, for what is to stand there.
template <typename Parameter>
std::string fill(std::string_view path_template, Parameter parameter) {
    std::string so_far;
    std::string target = "/api";
    while (!path_template.empty()) {
        const std::size_t slash = std::min(path_template.find('/', 1), path_template.size());
        const std::string segment(path_template.substr(0, slash));
        path_template.remove_prefix(slash);
        so_far += segment;
        target += segment.starts_with("/{") ? "/" + parameter(so_far) : segment;
    }
    return target;
}

class WholeServer {
  public:
    WholeServer();

    const Router& router() const { return router_; }
    catalog::Database& database() const { return *database_; }
    LogonRegistry& logons() { return logons_; }
    EventStreams& events() { return events_; }
    // `target` begins with "/api/"; `role` is that of the session that asks.
    http::Response ask(AccountRole role, std::string method, std::string_view target,
                       std::string_view accept = "application/xml", std::string body = "") const;
    // The same with more headers, in JSON.
    http::Response send(AccountRole role, std::string method, std::string_view target, Headers headers,
                        std::string body = "") const;
    // POST /sessionMngr as an account of the catalog, with a query such as "?v=v1_5".
    http::Response log_on(std::string_view account, std::string_view query = "",
                          std::string_view accept = "application/xml") const;
    // An account with that role besides the one that each role has; it sees these machines of the host only.
    // Its name.
    std::string add_account(AccountRole role, std::string_view name,
                            const std::optional<std::vector<Uuid>>& machines = std::nullopt);
    // One of a session, with a link to the restore session of the catalog: finished.
    void add_task(std::string_view token);
    // The body of a response; empty where it is none that lies in memory.
    // As the client of a session; `target` as above.
    static http::Request request(std::string_view token, std::string method, std::string_view target);
    // Ended sessions of a job "many" that is gone, several of each instant.
    void add_sessions(std::size_t count);
    // An ended task of each role's account, which "/tasks/{ID}" then stands for.
    void add_tasks();
    // What "/jobs/{ID}" stands for, of what is in the catalog; empty where nothing is. By the path up to and
    // with the parameter.
    std::string sample(AccountRole role, const std::string& path_template) const;
    // "/jobs/{ID}" as "/api/jobs/<before_ids><id>"; nothing where the catalog has nothing for it.
    std::optional<std::string> filled(AccountRole role, std::string_view path_template,
                                      std::string_view before_ids = "") const;

    protection::MachineCensus& census() { return census_; }
    catalog::Database& database() { return *database_; }
    // What the session of that role sends in X-RestSvcSessionId.
    const std::string& session(AccountRole role) const { return tokens_.at(role); }
    // From now on.
    void write_audit();

  private:
    // Those of the catalog, by one password.
    struct OnePassword : Accounts {
        explicit OnePassword(catalog::Database& database) : of_catalog(database) {}
        std::optional<AuthenticatedAccount> check(std::string_view name, std::string_view password) override;
        catalog::Accounts of_catalog;
    };

    static constexpr std::chrono::milliseconds ten_milliseconds{10};

    void fill_catalog();
    void log_on_everybody();

    TemporaryDirectory folder_{"/tmp"};
    TemporaryDirectory repository_folder_{std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp"};
    std::unique_ptr<catalog::Database> database_ =
        catalog::Database::open("sqlite://" + (folder_.path() / "catalog.db").string());
    SecretBox secrets_ = SecretBox::open(folder_.path() / "secret.key");
    ThisServer here_{Uuid::random(), "backup", "0.1.0", 9398};
    ServerSetup setup_;
    protection::Environment environment_{*database_, secrets_, here_.id.to_string(), folder_.path() / "run"};
    protection::HostConnections hosts_{environment_};
    protection::OpenRepositories repositories_{environment_};
    protection::RetentionKeeper retention_{environment_, repositories_};
    protection::RepositoryUpkeep upkeep_{environment_, repositories_};
    protection::FileMounts mounts_{environment_, repositories_, std::chrono::minutes(10)};
    protection::RestoreRuns restores_{environment_, hosts_, repositories_};
    protection::InstantRecoveryKeeper instant_recoveries_{environment_, hosts_, repositories_};
    protection::BootVerifier boot_verifier_{environment_, hosts_, repositories_};
    protection::BackupRuns backups_{environment_, hosts_, repositories_, retention_};
    protection::Scheduler scheduler_{environment_, backups_, retention_};
    TaskRunner tasks_{*database_, here_.id.to_string()};
    OnePassword accounts_{*database_};
    LogonRegistry logons_;
    LogonKeeper keeper_{logons_, *database_, secrets_};
    LogonCheck check_{accounts_};
    protection::ScopeKeeper scopes_{environment_, hosts_};
    // Quicker than a server, so that tests need not wait.
    EventStreams events_{
        *database_,
        here_,
        {.of_account = 8, .of_all = 12, .ask_every = ten_milliseconds, .silence = ten_milliseconds}};
    notify::Deliverer notifications_{*database_, secrets_, here_.id.to_string(),
                                     [this](const auto& notification, const auto& target) {
                                         return session_message(*database_, here_, notification, target);
                                     }};
    http::RequestCounts requests_;
    protection::MachineCensus census_{environment_, hosts_};
    Metrics metrics_{*database_, logons_, requests_, census_, here_.version};
    Services services_{
        here_,          *database_, hosts_,  repositories_, backups_,       restores_,
        mounts_,        scheduler_, tasks_,  keeper_,       logons_,        check_,
        scopes_,        secrets_,   events_, metrics_,      notifications_, instant_recoveries_,
        boot_verifier_, upkeep_};
    FirstAnswers first_answers_{*database_, secrets_};
    CatalogTokens api_tokens_{*database_};
    Router router_;
    std::map<std::string, std::string, std::less<>> samples_;
    std::map<AccountRole, std::string> session_ids_;
    std::map<AccountRole, std::string> tokens_;
    std::map<AccountRole, std::string> api_token_ids_;
};

}  // namespace holdfast::api
