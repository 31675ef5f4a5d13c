#include "protection/collector.hpp"

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "catalog/managed_servers.hpp"
#include "catalog/repositories.hpp"

namespace holdfast::protection {
namespace {

// What `ask` throws becomes a failure of `subject`; whether it threw nothing.
template <typename Ask>
bool answers(Collected& collected, const std::string& subject, const std::stop_token& stop, Ask ask) {
    throw_if_stopped(stop);
    try {
        ask();
        return true;
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::cancelled) throw;
        collected.failures.push_back(subject + ": " + error.what());
        return false;
    }
}

}  // namespace

Collected collect(catalog::Database& database, HostConnections& hosts, OpenRepositories& repositories,
                  ScopeKeeper& scopes, const std::stop_token& stop) {
    Collected collected;
    catalog::ManagedServers servers(database);
    for (const auto& server : servers.list())
        collected.hosts += answers(collected, "The host " + server.name, stop, [&] {
            auto& host = hosts.connect(server.id);
            auto id = host.info().host_uuid.to_string();
            if (id != server.host_id) servers.set_host_id(server.id, id);
            collected.machines += host.domains().size();
        });
    for (const auto& repository : catalog::Repositories(database).list())
        collected.repositories += answers(collected, "The repository " + repository.name, stop,
                                          [&] { repositories.refresh_space(repository.id); });
    answers(collected, "Scopes of accounts", stop, [&] { scopes.rebuild_all(stop); });
    return collected;
}

}  // namespace holdfast::protection
