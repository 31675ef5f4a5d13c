// Which machines the hosts have: asked for in the background, so that nobody waits for a host that is silent.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "protection/environment.hpp"
#include "protection/host_connections.hpp"

namespace holdfast::protection {

struct CountedHost {
    std::string name;
    Uuid hierarchy_root;
    bool answers = false;        // to the last question, within the last five minutes
    std::vector<Uuid> machines;  // of its last answer
};

// Any thread.
class MachineCensus {
  public:
    MachineCensus(const Environment& environment, HostConnections& hosts);

    // From now on hosts are asked once a minute while somebody asks for what they said, new ones at once, on
    // a thread that ends with the object.
    void start();
    // What was found last, by name. Hosts that were never asked are not among them.
    std::vector<CountedHost> latest();
    // Asks all hosts, and waits for them.
    void count(std::stop_token stop);

  private:
    using Clock = std::chrono::steady_clock;
    struct Answer {
        bool answers = false;
        std::optional<Clock::time_point> time;
        std::vector<Uuid> machines;
    };
    void ask(const catalog::ManagedServer& server);
    void run(std::stop_token stop);

    HostConnections& hosts_;
    catalog::ManagedServers servers_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
    bool wanted_ = false;
    bool has_new_ = false;  // hosts that were never asked
    std::map<Uuid, Answer> answers_;
    std::jthread thread_;
};

}  // namespace holdfast::protection
