// What other Holdfast servers have, as they told it: shown beside what this server has, and never worked on
// here.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/backup_servers.hpp"
#include "catalog/database.hpp"
#include "catalog/selection.hpp"

namespace holdfast::catalog {

// Of the columns behind `created` each kind has some; the others stay as they are.
struct PeerObject {
    std::string kind;  // the name of the API's type: "Job"
    Uuid id;           // the one that it has there
    Uuid server;
    std::string entity;  // in JSON, with its links
    std::string name;
    // Nothing: it has no time of its own, and keeps that of when it was first seen.
    std::optional<Timestamp> created{};
    std::string description{};
    std::optional<Uuid> job{};
    std::string job_name{};
    std::optional<Uuid> repository{};
    std::string repository_name{};
    std::optional<Uuid> backup{};
    std::string backup_name{};
    std::string state{};
    std::string result{};
    bool is_retry = false;
    std::optional<Timestamp> ended{};
    std::optional<Timestamp> next_run{};
    bool schedule_configured = false;
    bool schedule_enabled = false;
    std::int64_t capacity = 0;
    std::int64_t free_space = 0;
    std::string job_type = "Backup";  // of a job or a session: the API's word
};

class PeerObjects {
  public:
    explicit PeerObjects(Database& database) : database_(database) {}

    // As it is listed: what this server has under the same id hides it.
    std::optional<PeerRecord> find(std::string_view kind, const Uuid& id);
    // How many were left out, because this server or another one has something of that kind under that id.
    // not_found when their server is gone.
    std::size_t store(const Uuid& server, const std::vector<PeerObject>& objects);
    std::set<Uuid> ids_of(const Uuid& server, std::string_view kind);
    void remove(const Uuid& server, std::string_view kind, const std::set<Uuid>& ids);
    void remove_older(const Uuid& server, std::string_view kind, Timestamp than);
    // From when on things of that kind are to be asked for again: they may have changed, or are not known
    // yet.
    std::optional<Timestamp> changing_since(const Uuid& server, std::string_view kind);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
