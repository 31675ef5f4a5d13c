// What representations need besides the record itself: where links lead to.
#pragma once

#include <string>

#include "api/routing/link_builder.hpp"
#include "base/ids.hpp"

namespace holdfast::api {

// This installation, as the one backup server that the API shows.
struct ThisServer {
    Uuid id;
    std::string name;     // the host's name
    std::string version;  // of Holdfast
    std::uint16_t port = 9398;
};

// Lives as long as one request.
class Site {
  public:
    Site(LinkBuilder links, const ThisServer& server) : links_(std::move(links)), server_(server) {}

    const ThisServer& server() const { return server_; }
    const LinkBuilder& links() const { return links_; }
    // "Up" to this backup server: the first link of nearly everything.
    Link server_link() const;

  private:
    LinkBuilder links_;
    const ThisServer& server_;
};

}  // namespace holdfast::api
