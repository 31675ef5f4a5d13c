#include "api/routing/logon_throttle.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace holdfast::api {

std::string throttle_key(std::string_view address) {
    in6_addr parsed{};
    std::string text(address.substr(0, address.find('%')));
    if (::inet_pton(AF_INET6, text.c_str(), &parsed) != 1) return std::string(address.substr(0, 64));
    std::memset(parsed.s6_addr + 8, 0, 8);
    std::array<char, INET6_ADDRSTRLEN> network{};
    ::inet_ntop(AF_INET6, &parsed, network.data(), network.size());
    return std::string(network.data()) + "/64";
}

LogonThrottle::LogonThrottle(ThrottleLimits limits, SteadyNow now) : limits_(limits), now_(std::move(now)) {}

std::chrono::milliseconds LogonThrottle::delay(std::string_view address) const {
    std::lock_guard lock(mutex_);
    auto found = records_.find(throttle_key(address));
    if (found == records_.end() || now_() - found->second.last >= limits_.memory) return {};
    int beyond = found->second.failures - limits_.free_failures;
    if (beyond < 0) return {};
    auto grown = limits_.first_delay * (1 << std::min(beyond, 20));
    return std::min<std::chrono::milliseconds>(limits_.longest_delay, grown);
}

void LogonThrottle::failed(std::string_view address) {
    std::lock_guard lock(mutex_);
    auto key = throttle_key(address);
    auto time = now_();
    auto found = records_.find(key);
    if (found == records_.end()) {
        make_room();
        found = records_.emplace(std::move(key), Record{}).first;
    }
    Record& record = found->second;
    if (record.failures > 0 && time - record.last >= limits_.memory) record.failures = 0;
    record.failures = std::min(record.failures + 1, 1'000'000);
    record.last = time;
}

void LogonThrottle::succeeded(std::string_view address) {
    std::lock_guard lock(mutex_);
    records_.erase(throttle_key(address));
}

// With the lock held. A tenth goes at once, so that a flood of addresses does not make each failure a search.
void LogonThrottle::make_room() {
    if (records_.size() < limits_.addresses) return;
    std::erase_if(records_, [&](const auto& entry) { return now_() - entry.second.last >= limits_.memory; });
    if (records_.size() < limits_.addresses) return;
    std::vector<SteadyClock::time_point> times;
    for (const auto& [_, record] : records_) times.push_back(record.last);
    auto tenth = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 10);
    std::nth_element(times.begin(), tenth, times.end());
    auto limit = *tenth;
    std::erase_if(records_, [&](const auto& entry) { return entry.second.last <= limit; });
}

std::size_t LogonThrottle::remembered() const {
    std::lock_guard lock(mutex_);
    return records_.size();
}

}  // namespace holdfast::api
