// Bringing what the catalog remembers of hosts and repositories up to date.
#pragma once

#include <cstddef>
#include <stop_token>
#include <string>
#include <vector>

#include "protection/host_connections.hpp"
#include "protection/open_repositories.hpp"
#include "protection/scope_keeper.hpp"

namespace holdfast::protection {

struct Collected {
    std::size_t hosts = 0;         // that answered
    std::size_t machines = 0;      // of these hosts
    std::size_t repositories = 0;  // that could be opened
    // Sentences about what did not answer: "The host kvm2: ...".
    std::vector<std::string> failures;
};

// Asks every host who it is and what machines it has, every repository for its space, and finds the machines
// of all scopes anew. Goes on where one does not answer. cancelled by `stop`.
Collected collect(catalog::Database& database, HostConnections& hosts, OpenRepositories& repositories,
                  ScopeKeeper& scopes, const std::stop_token& stop);

}  // namespace holdfast::protection
