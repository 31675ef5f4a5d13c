// Slows down who fails to log on again and again. Knows addresses and times, no passwords.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/routing/logon_registry.hpp"

namespace holdfast::api {

struct ThrottleLimits {
    int free_failures = 3;                       // are not slowed down
    std::chrono::milliseconds first_delay{500};  // doubles with each failure
    std::chrono::milliseconds longest_delay{8'000};
    std::chrono::minutes memory{15};  // after the last failure
    std::size_t addresses = 10'000;   // beyond it the one that has been quiet longest is forgotten
};

// Any thread. An IPv6 address counts with its /64 network, which is what one host has.
class LogonThrottle {
  public:
    explicit LogonThrottle(ThrottleLimits limits = {}, SteadyNow now = SteadyClock::now);

    // How long the next attempt from there must wait; zero for most.
    std::chrono::milliseconds delay(std::string_view address) const;
    void failed(std::string_view address);
    void succeeded(std::string_view address);
    std::size_t remembered() const;

  private:
    struct Record {
        int failures = 0;
        SteadyClock::time_point last;
    };
    void make_room();

    const ThrottleLimits limits_;
    const SteadyNow now_;
    mutable std::mutex mutex_;
    std::unordered_map<std::string, Record> records_;
};

// "192.0.2.7" as it is; "2001:db8::7" becomes "2001:db8::/64".
std::string throttle_key(std::string_view address);

}  // namespace holdfast::api
