// What the system did for itself, not for a job: how it went, and what it wrote down meanwhile.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/backup_sessions.hpp"

namespace holdfast::catalog {

// EM's words. What retention removes is its DatabaseMaintenance, reading guests' files for the index its
// CatalogCrawlJob.
namespace system_work {
inline constexpr std::string_view scopes_rebuild = "SecurityScopesRebuild";
inline constexpr std::string_view maintenance = "DatabaseMaintenance";
inline constexpr std::string_view guest_indexing = "CatalogCrawlJob";
}  // namespace system_work

struct SystemSession {
    Uuid id;
    std::string kind;   // one of system_work
    std::string name;   // "Retention of nightly"; its time is added where it is shown
    std::string owner;  // the installation that does it
    Timestamp created;
    std::optional<Timestamp> ended;
    std::string result = std::string(result::none);
    std::string message;
    bool is_cancelled = false;
};

struct SystemSessionEvent {
    Timestamp created;
    std::string message;
    int position = 0;  // from 1
};

class SystemSessions {
  public:
    // As long as EM keeps such sessions unless told otherwise: thirteen weeks.
    static constexpr std::chrono::days kept{91};
    static constexpr int most_events = 1000;  // of a session

    explicit SystemSessions(Database& database) : database_(database) {}

    std::optional<SystemSession> find(const Uuid& id);
    std::vector<SystemSessionEvent> events(const Uuid& session);  // in their order

    // Removes ended sessions that are older than `kept`, too.
    void start(const SystemSession& session);
    // Events beyond `most_events` are left out.
    void add_event(const Uuid& session, const SystemSessionEvent& event);
    void end(const SystemSession& session);

    // Ends what a dead process of this owner left running as failed.
    void fail_interrupted(const std::string& owner, const std::string& reason);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
