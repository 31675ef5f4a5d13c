#include "protection/machine_slots.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace holdfast::protection {

MachineSlots::Shares MachineSlots::shares_of(const MachineLoad& load) const {
    Shares shares{{"host " + load.host.to_string(), limits_.per_host},
                  {"repository " + load.repository.to_string(), limits_.per_repository}};
    for (const auto& storage : load.storages)
        shares.emplace("storage " + load.host.to_string() + " " + storage, limits_.per_storage);
    return shares;
}

MachineSlot MachineSlots::take(const MachineLoad& load, const std::stop_token& stop) {
    auto shares = shares_of(load);
    Waiting mine{shares};
    std::unique_lock lock(mutex_);
    waiting_.push_back(&mine);
    grant();
    changed_.wait(lock, stop, [&] { return mine.is_granted; });
    if (!mine.is_granted) {
        waiting_.remove(&mine);
        throw Error(ErrorKind::cancelled, "The work was stopped on request");
    }
    return MachineSlot([this, shares = std::move(shares)] { give_back(shares); });
}

std::size_t MachineSlots::waiting() {
    std::lock_guard lock(mutex_);
    return waiting_.size();
}

bool MachineSlots::has_room(const Shares& shares) const {
    return std::ranges::all_of(shares, [&](const auto& share) {
        auto used = used_.find(share.first);
        return used == used_.end() || used->second < share.second;
    });
}

void MachineSlots::grant() {
    for (auto it = waiting_.begin(); it != waiting_.end();) {
        auto& waiting = **it;
        if (!has_room(waiting.shares)) {
            ++it;
            continue;
        }
        for (const auto& [name, limit] : waiting.shares) ++used_[name];
        waiting.is_granted = true;
        it = waiting_.erase(it);
    }
    changed_.notify_all();
}

void MachineSlots::give_back(const Shares& shares) {
    std::lock_guard lock(mutex_);
    for (const auto& [name, limit] : shares) {
        auto used = used_.find(name);
        if (--used->second == 0) used_.erase(used);
    }
    grant();
}

}  // namespace holdfast::protection
