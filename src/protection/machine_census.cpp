#include "protection/machine_census.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/cancellation.hpp"
#include "base/error.hpp"

namespace holdfast::protection {
namespace {

constexpr std::chrono::minutes between_counts{1};
constexpr std::chrono::minutes longest_silence{5};

}  // namespace

MachineCensus::MachineCensus(const Environment& environment, HostConnections& hosts)
    : hosts_(hosts), servers_(environment.database) {}

void MachineCensus::start() {
    thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
}

std::vector<CountedHost> MachineCensus::latest() {
    auto servers = servers_.list();
    std::vector<CountedHost> hosts;
    std::lock_guard lock(mutex_);
    wanted_ = true;
    for (const auto& server : servers) {
        auto found = answers_.find(server.id);
        if (found == answers_.end()) {
            has_new_ = true;
            continue;
        }
        const auto& [answers, time, machines] = found->second;
        bool is_fresh = time && Clock::now() - *time < longest_silence;
        hosts.push_back({server.name, server.hierarchy_root, answers && is_fresh, machines});
    }
    wake_.notify_all();
    return hosts;
}

void MachineCensus::count(std::stop_token stop) {
    auto servers = servers_.list();
    for (const auto& server : servers) {
        throw_if_stopped(stop);
        ask(server);
    }
    std::lock_guard lock(mutex_);
    std::erase_if(answers_, [&](const auto& entry) {
        return std::ranges::find(servers, entry.first, &catalog::ManagedServer::id) == servers.end();
    });
}

void MachineCensus::ask(const catalog::ManagedServer& server) {
    try {
        std::vector<Uuid> machines;
        for (const auto& domain : hosts_.connect(server.id).domains()) machines.push_back(domain.uuid);
        std::lock_guard lock(mutex_);
        answers_[server.id] = {true, Clock::now(), std::move(machines)};
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::cancelled) throw;
        spdlog::debug("The machines of {} were not counted: {}", server.name, error.what());
        std::lock_guard lock(mutex_);
        answers_[server.id].answers = false;
    }
}

void MachineCensus::run(std::stop_token stop) {
    StopScope scope(stop);
    std::unique_lock lock(mutex_);
    while (wake_.wait(lock, stop, [this] { return wanted_; })) {
        wanted_ = has_new_ = false;
        lock.unlock();
        try {
            count(stop);
        } catch (const std::exception& error) {
            if (!stop.stop_requested()) spdlog::warn("Machines were not counted: {}", error.what());
        }
        lock.lock();
        wake_.wait_for(lock, stop, between_counts, [this] { return has_new_; });
    }
}

}  // namespace holdfast::protection
