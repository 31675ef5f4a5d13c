#include "protection/scope_keeper.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "protection/scope_machines.hpp"
#include "protection/system_work.hpp"

namespace holdfast::protection {
namespace {

constexpr std::chrono::hours between_rebuilds{24};

}  // namespace

ScopeKeeper::ScopeKeeper(const Environment& environment, HostConnections& hosts)
    : environment_(environment),
      scopes_(environment.database),
      hosts_(hosts),
      servers_(environment.database) {}

void ScopeKeeper::start() {
    thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
}

std::size_t ScopeKeeper::rebuild_all(std::stop_token stop) {
    return rebuild(scopes_.list(), stop);
}

std::size_t ScopeKeeper::rebuild_unprocessed(std::stop_token stop) {
    auto scopes = scopes_.list();
    std::erase_if(scopes, [](const auto& scope) { return scope.state != catalog::scope_state::unprocessed; });
    return rebuild(scopes, stop);
}

std::size_t ScopeKeeper::rebuild_of(const Uuid& account, std::stop_token stop) {
    return rebuild(scopes_.list_of(account), stop);
}

std::size_t ScopeKeeper::rebuild(const std::vector<catalog::AccountScope>& scopes,
                                 const std::stop_token& stop) {
    SystemWork work(environment_, catalog::system_work::scopes_rebuild, "Rebuild of scopes");
    try {
        auto count = rebuild(scopes, work, stop);
        work.succeed();
        return count;
    } catch (const Error& error) {
        work.fail(error);
        throw;
    }
}

std::size_t ScopeKeeper::rebuild(const std::vector<catalog::AccountScope>& scopes, SystemWork& work,
                                 const std::stop_token& stop) {
    ScopeMachines machines(scopes_, servers_, hosts_);
    std::vector<std::string> failures;
    for (const auto& scope : scopes) {
        throw_if_stopped(stop);
        try {
            auto found = machines.in(scope);
            scopes_.set_machines(scope, found);
            work.tell(fmt::format("Machines in the scope {}: {}", scope.name, found.size()));
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::cancelled) throw;
            failures.push_back(fmt::format("{}: {}", scope.name, error.what()));
            work.tell(failures.back());
        }
    }
    if (failures.empty()) return scopes.size();
    auto failure =
        Error(ErrorKind::unavailable, fmt::format("{} of {} scopes could not be rebuilt; {}", failures.size(),
                                                  scopes.size(), failures.front()))
            .advise("They keep the machines that they had.");
    if (failures.size() < scopes.size()) work.warn(failure.what());
    throw failure;
}

void ScopeKeeper::run(std::stop_token stop) {
    StopScope scope(stop);
    while (!stop.stop_requested()) {
        try {
            rebuild_all(stop);
        } catch (const std::exception& error) {
            if (!stop.stop_requested()) spdlog::warn("Scopes of accounts: {}", error.what());
        }
        std::unique_lock lock(mutex_);
        next_day_.wait_for(lock, stop, between_rebuilds, [] { return false; });
    }
}

}  // namespace holdfast::protection
