// How many machines are backed up at a time, over all runs of this server.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.hpp"

namespace holdfast::protection {

// At least one each.
struct MachineLimits {
    unsigned per_host = 4;
    unsigned per_repository = 4;
    unsigned per_storage = 2;  // that disks lie on: see storages_of()
};

// What the backup of one machine puts its load on.
struct MachineLoad {
    Uuid host;
    Uuid repository;
    std::vector<std::string> storages;  // of that host, none twice
};

// The right to back up one machine. Ends with the object.
class MachineSlot {
  public:
    explicit MachineSlot(std::function<void()> release) : release_(std::move(release)) {}
    MachineSlot(MachineSlot&& other) noexcept : release_(std::exchange(other.release_, nullptr)) {}
    MachineSlot& operator=(MachineSlot&&) = delete;
    ~MachineSlot() {
        if (release_) release_();
    }

  private:
    std::function<void()> release_;
};

// Any thread. Outlives the slots that it gave.
class MachineSlots {
  public:
    explicit MachineSlots(const MachineLimits& limits) : limits_(limits) {}

    // Waits until every limit has room. Who came first is served first; only who waits for something else is
    // passed by. Throws cancelled when `stop` is requested meanwhile.
    MachineSlot take(const MachineLoad& load, const std::stop_token& stop);

    const MachineLimits& limits() const { return limits_; }
    // How many wait now.
    std::size_t waiting();

  private:
    // What is limited, by name, and how many it takes.
    using Shares = std::map<std::string, unsigned>;
    struct Waiting {
        const Shares& shares;
        bool is_granted = false;
    };

    Shares shares_of(const MachineLoad& load) const;
    // Both with the lock held.
    bool has_room(const Shares& shares) const;
    void grant();
    void give_back(const Shares& shares);

    const MachineLimits limits_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::list<Waiting*> waiting_;           // in the order of their coming
    std::map<std::string, unsigned> used_;  // by name; what nobody uses is not in it
};

}  // namespace holdfast::protection
