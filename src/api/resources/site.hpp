// What representations need besides the record itself: where links lead to, and the names of what they lead
// to.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "api/routing/link_builder.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "catalog/database.hpp"

namespace holdfast::api {

// This installation, as the one backup server that the API shows.
struct ThisServer {
    Uuid id;
    std::string name;     // the host's name
    std::string version;  // of Holdfast
    std::uint16_t port = 9398;
};

// Lives as long as one request, on one thread. What it looks up in the catalog it remembers until then.
class Site {
  public:
    Site(LinkBuilder links, const ThisServer& server, catalog::Database& database)
        : links_(std::move(links)), server_(server), database_(database) {}

    const ThisServer& server() const { return server_; }
    const LinkBuilder& links() const { return links_; }
    // "Up" to this backup server: the first link of nearly everything.
    Link server_link() const;

    struct RepositoryFacts {
        std::string name;
        std::string path;
    };
    struct SessionFacts {
        std::string job_name;
        Timestamp created;
    };

    // Nothing for what is gone: no link may lead there.
    const std::optional<RepositoryFacts>& repository(const Uuid& id);
    const std::optional<std::string>& backup_name(const Uuid& id);
    const std::optional<Timestamp>& restore_point_time(const Uuid& id);
    const std::optional<Timestamp>& vm_point_time(const Uuid& id);
    const std::optional<SessionFacts>& session(const Uuid& id);
    const std::optional<std::string>& job_name(const Uuid& id);
    // What machines of that managed server are named with; the nil id when it is gone.
    Uuid hierarchy_root(const Uuid& server);

  private:
    template <typename T>
    using Memory = std::map<Uuid, std::optional<T>>;

    LinkBuilder links_;
    const ThisServer& server_;
    catalog::Database& database_;
    Memory<RepositoryFacts> repositories_;
    Memory<std::string> backups_;
    Memory<Timestamp> restore_points_;
    Memory<Timestamp> vm_points_;
    Memory<SessionFacts> sessions_;
    Memory<std::string> jobs_;
    Memory<Uuid> roots_;
};

}  // namespace holdfast::api
