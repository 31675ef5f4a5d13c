#include "protection/instant_recovery_keeper.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <shared_mutex>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/backup_sessions.hpp"
#include "protection/machine_placement.hpp"
#include "protection/served_disks.hpp"

namespace holdfast::protection {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using catalog::InstantRecovery;
namespace state = catalog::recovery_state;

// What serves a disk holds the repository's index in memory.
constexpr std::size_t most_machines = 16;
constexpr auto between_looks = 1s;
// A host or a repository that does not answer is not asked all the time.
constexpr auto after_failure = 15s;
// A pull ends when what serves the disk ends, or the machine goes off: then it is begun again.
constexpr int most_pulls = 5;
constexpr auto between_pulls = 3s;

// Below 107 bytes with the name of a socket: a part of the id is enough to tell sixteen apart.
fs::path folder_of(const Environment& environment, const Uuid& id) {
    return environment.instant_directory() / id.to_string().substr(0, 8);
}

}  // namespace

struct InstantRecoveryKeeper::Machine {
    std::mutex mutex;          // of whoever works on it
    InstantRecovery recovery;  // its state: under the keeper's mutex
    std::optional<ServedDisks> served;
    std::chrono::steady_clock::time_point next_look{};
    std::string last_trouble;
};

struct InstantRecoveryKeeper::Mover {
    std::atomic<bool> ended = false;
    std::jthread thread;
};

InstantRecoveryKeeper::InstantRecoveryKeeper(const Environment& environment, HostConnections& hosts,
                                             OpenRepositories& repositories)
    : environment_(environment),
      hosts_(hosts),
      repositories_(repositories),
      recoveries_(environment.database),
      sessions_(environment.database),
      points_(environment.database) {}

InstantRecoveryKeeper::~InstantRecoveryKeeper() {
    keeper_.request_stop();
    if (keeper_.joinable()) keeper_.join();
    // Outside the lock: those that end take it.
    decltype(movers_) movers;
    {
        std::lock_guard lock(mutex_);
        movers.swap(movers_);
    }
    for (auto& [id, mover] : movers) mover->thread.request_stop();
    movers.clear();
    machines_.clear();
}

void InstantRecoveryKeeper::start() {
    make_directories(environment_.instant_directory(), 0711);
    for (auto& recovery : recoveries_.list()) {
        if (recovery.session.owner != environment_.owner) continue;
        auto machine = std::make_shared<Machine>();
        // Nobody knows of a machine that was not complete: it goes.
        if (recovery.state == state::publishing) {
            recovery.state = state::discarding;
            recovery.session.reason = "The server was stopped before the machine was complete.";
        }
        machine->recovery = std::move(recovery);
        machines_.emplace(machine->recovery.session.id, machine);
    }
    keeper_ = std::jthread([this](std::stop_token stop) { look_after(stop); });
}

hypervisor::Host& InstantRecoveryKeeper::host_of(const InstantRecovery& recovery) {
    return hosts_.connect_to_root(recovery.hierarchy_root, recovery.vm_name);
}

catalog::VmRestorePoint InstantRecoveryKeeper::point_of(const InstantRecovery& recovery) {
    auto point = points_.find_vm_point(recovery.session.vm_restore_point);
    if (!point) throw Error(ErrorKind::not_found, "The restore point is not in the catalog any more");
    return std::move(*point);
}

InstantRecovery InstantRecoveryKeeper::plan(const InstantRecoveryRequest& request,
                                            const MachineDescription& description) {
    InstantRecovery recovery;
    auto& session = recovery.session;
    session = catalog::new_restore_session("RestoreVm", environment_.owner, request.point, request.account);
    recovery.hierarchy_root = request.point.hierarchy_root;
    recovery.domain = Uuid::random();
    recovery.vm_name = request.new_name.empty() ? description.name + "_restored" : request.new_name;
    session.restored_ref =
        fmt::format("{}.{}", recovery.hierarchy_root.to_string(), recovery.domain.to_string());
    if (host_of(recovery).find_domain_by_name(recovery.vm_name))
        throw Error(ErrorKind::conflict,
                    fmt::format("A machine with the name {} is there already", recovery.vm_name))
            .advise("Give the recovered machine another name in VmNewName.");
    for (const auto& disk : description.disks)
        recovery.disks.push_back(
            {disk.target,
             free_file(folder_for(disk), folder_name(recovery.vm_name) + "-" + disk.target, ".qcow2")});
    return recovery;
}

Uuid InstantRecoveryKeeper::publish(const InstantRecoveryRequest& request, std::stop_token stop) {
    StopScope scope(stop);
    auto disks = disks_of(environment_, repositories_, request.point);
    auto machine = std::make_shared<Machine>();
    machine->recovery = plan(request, disks.description);
    // Each is noted right before it is made, so that nothing is removed that somebody else made.
    auto overlays = std::exchange(machine->recovery.disks, {});
    const auto id = machine->recovery.session.id;
    std::unique_lock working(machine->mutex);
    {
        std::lock_guard lock(mutex_);
        if (machines_.size() >= most_machines)
            throw Error(ErrorKind::unavailable,
                        fmt::format("{} machines run from repositories already", machines_.size()))
                .advise("Migrate or discard one of them first.");
        for (const auto& [other_id, other] : machines_)
            if (other->recovery.vm_name == machine->recovery.vm_name &&
                other->recovery.hierarchy_root == machine->recovery.hierarchy_root)
                throw Error(ErrorKind::conflict, fmt::format("A machine with the name {} is being recovered",
                                                             machine->recovery.vm_name))
                    .advise("Give this one another name in VmNewName.");
        machines_.emplace(id, machine);
    }
    try {
        recoveries_.start(machine->recovery);
        make(*machine, request, std::move(disks), overlays, stop);
        std::lock_guard lock(mutex_);
        machine->recovery.state = state::published;
        recoveries_.set_state(id, state::published);
    } catch (const std::exception& error) {
        auto reason = stop.stop_requested() ? "Stopped on request." : error.what();
        {
            std::lock_guard lock(mutex_);
            machine->recovery.state = state::discarding;
        }
        machine->recovery.session.reason = reason;
        // What cannot be removed now is tried again by the keeper.
        try {
            remove_made(*machine);
            end(*machine, catalog::result::failed, reason);
        } catch (const std::exception& trouble) {
            spdlog::warn("What the instant recovery of {} had made could not be removed yet: {}",
                         machine->recovery.session.vm_name, trouble.what());
        }
        throw;
    }
    spdlog::info("The machine {} runs from the restore point of {} of {}", machine->recovery.vm_name,
                 machine->recovery.session.vm_name, format_utc(request.point.created));
    return id;
}

void InstantRecoveryKeeper::make(Machine& machine, const InstantRecoveryRequest& request, PointDisks disks,
                                 const std::vector<InstantRecovery::Disk>& overlays, std::stop_token stop) {
    auto& recovery = machine.recovery;
    auto& host = host_of(recovery);
    auto saved = disks.description;
    auto repository = disks.repository;
    auto snapshot = disks.snapshot;
    auto xml = read_domain_xml(*repository, snapshot, saved.name);

    open_exports(machine, request.point.repository, std::move(disks));
    auto addresses = machine.served->addresses();
    hypervisor::DomainChanges changes;
    changes.new_name = recovery.vm_name;
    changes.new_uuid = recovery.domain;
    changes.new_mac_addresses = true;
    auto original = Uuid::parse(saved.domain_id);
    changes.unplug_networks =
        !request.connect_networks.value_or(!original || !hypervisor::is_active(host, *original));
    for (std::size_t i = 0; i < saved.disks.size(); ++i) {
        throw_if_stopped(stop);
        const auto& overlay = overlays[i].overlay;
        make_directories(overlay.parent_path(), 0711);
        recoveries_.add_disk(recovery.session.id, overlays[i]);
        recovery.disks.push_back(overlays[i]);
        try {
            disk::create_overlay(overlay, saved.disks[i].size, addresses[i]);
        } catch (const Error& error) {
            // Somebody made it since it was planned: it is not ours to remove.
            if (error.kind() == ErrorKind::conflict) {
                recoveries_.forget_disk(recovery.session.id, overlays[i].target);
                recovery.disks.pop_back();
            }
            throw;
        }
        changes.disks.push_back({saved.disks[i].target, overlay, disk::ImageFormat::qcow2, addresses[i]});
    }
    host.define(hypervisor::change_domain_xml(xml, changes));
    restore_nvram(host, recovery.domain, *repository, snapshot, saved);
    throw_if_stopped(stop);
    if (request.power == PowerAfter::power_on)
        with_context("starting the recovered machine", [&] { host.start(recovery.domain); });
}

void InstantRecoveryKeeper::open_exports(Machine& machine, const Uuid& repository, PointDisks disks) {
    const auto& recovery = machine.recovery;
    auto gate = repositories_.gate(repository);
    std::shared_lock in_use(*gate, std::try_to_lock);  // the exports then hold locks of the repository itself
    if (!in_use)
        throw Error(ErrorKind::conflict, "The repository is being pruned")
            .advise("Try again when that has ended.");
    machine.served.emplace(std::move(disks), folder_of(environment_, recovery.session.id),
                           host_of(recovery).user_of_machines());
    machine.served->keep_up();
}

// The machine, in that state from now on, so that nobody else takes it.
InstantRecoveryKeeper::MachinePointer InstantRecoveryKeeper::take(const Uuid& id, std::string_view next) {
    std::lock_guard lock(mutex_);
    auto found = machines_.find(id);
    if (found == machines_.end())
        throw Error(ErrorKind::not_found, "There is no instant recovery " + id.to_string());
    auto& recovery = found->second->recovery;
    if (recovery.state != state::published)
        throw Error(ErrorKind::conflict,
                    fmt::format("The machine {} is {} now", recovery.vm_name,
                                recovery.state == state::publishing  ? "being made"
                                : recovery.state == state::migrating ? "being migrated"
                                                                     : "being discarded"))
            .advise("Wait for its restore session to end.");
    recoveries_.set_state(id, next);
    recovery.state = next;
    // Of a migration before, which is over.
    recovery.session.reason.clear();
    sessions_.update(recovery.session);
    return found->second;
}

void InstantRecoveryKeeper::discard(const Uuid& id) {
    auto machine = take(id, state::discarding);
    std::lock_guard working(machine->mutex);
    remove_made(*machine);
    end(*machine, catalog::result::success, "The machine was discarded.");
}

// Safe to repeat.
void InstantRecoveryKeeper::remove_made(Machine& machine) {
    const auto& recovery = machine.recovery;
    auto& host = host_of(recovery);
    try {
        host.power_off(recovery.domain);
        host.undefine(recovery.domain);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::not_found) throw;
    }
    for (const auto& disk : recovery.disks) {
        std::error_code error;
        fs::remove(disk.overlay, error);
        if (error) throw os_error("Cannot remove " + disk.overlay.string(), error.value());
    }
    if (machine.served) machine.served->remove();
    machine.served.reset();
    std::error_code ignored;
    fs::remove_all(folder_of(environment_, recovery.session.id), ignored);
}

void InstantRecoveryKeeper::end(Machine& machine, std::string_view result, const std::string& reason) {
    auto session = machine.recovery.session;
    session.state = catalog::state::stopped;
    session.result = result;
    session.reason = reason;
    session.progress = 100;
    session.ended = now();
    recoveries_.end(session);
    spdlog::info("Instant recovery of {} as {} ended: {} {}", session.vm_name, machine.recovery.vm_name,
                 result, reason);
    std::lock_guard lock(mutex_);
    machines_.erase(session.id);
}

void InstantRecoveryKeeper::migrate(const Uuid& id) {
    begin_move(take(id, state::migrating));
}

std::string InstantRecoveryKeeper::state_of(const Machine& machine) {
    std::lock_guard lock(mutex_);
    return machine.recovery.state;
}

// Left to be moved, and nobody does it (yet).
bool InstantRecoveryKeeper::is_to_be_moved(const Machine& machine) {
    std::lock_guard lock(mutex_);
    auto mover = movers_.find(machine.recovery.session.id);
    return machine.recovery.state == state::migrating &&
           (mover == movers_.end() || mover->second->ended.load());
}

void InstantRecoveryKeeper::begin_move(const MachinePointer& machine) {
    std::lock_guard lock(mutex_);
    std::erase_if(movers_, [](const auto& entry) { return entry.second->ended.load(); });
    auto& mover = movers_[machine->recovery.session.id];
    if (mover) return;
    mover = std::make_unique<Mover>();
    mover->thread = std::jthread([this, machine, raw = mover.get()](std::stop_token stop) {
        move(*machine, stop);
        raw->ended = true;
    });
}

void InstantRecoveryKeeper::move(Machine& machine, std::stop_token stop) {
    StopScope scope(stop);
    spdlog::info("The disks of {} are completed", machine.recovery.vm_name);
    try {
        const int count = static_cast<int>(machine.recovery.disks.size());
        for (int i = 0; i < count; ++i)
            complete_disk(machine, machine.recovery.disks[static_cast<std::size_t>(i)], 100 * i / count,
                          100 / count, stop);
        std::lock_guard working(machine.mutex);
        settle(machine);
        if (machine.served) machine.served->remove();
        end(machine, catalog::result::success, "");
    } catch (const std::exception& error) {
        // The next start goes on.
        if (stop.stop_requested()) return;
        give_up_move(machine, error.what());
    }
}

// It is as it was before it was to be moved; what was copied stays copied.
void InstantRecoveryKeeper::give_up_move(Machine& machine, const std::string& why) {
    auto& session = machine.recovery.session;
    spdlog::warn("The disks of {} were not completed: {}", machine.recovery.vm_name, why);
    std::lock_guard lock(mutex_);
    machine.recovery.state = state::published;
    session.reason = "Migration failed: " + why;
    try {
        recoveries_.set_state(session.id, state::published);
        sessions_.update(session);
    } catch (const std::exception& error) {
        // After a restart it is tried again.
        spdlog::warn("This could not be stored: {}", error.what());
    }
}

void InstantRecoveryKeeper::complete_disk(Machine& machine, const InstantRecovery::Disk& disk, int before,
                                          int share, std::stop_token stop) {
    auto& host = host_of(machine.recovery);
    auto& session = machine.recovery.session;
    auto report = [&](int percent) {
        int seen = std::min(before + percent * share / 100, 99);
        if (seen == session.progress) return;
        session.progress = seen;
        sessions_.update(session);
    };
    const auto domain = machine.recovery.domain;
    for (int pulls = 0; disk::has_backing(disk.overlay); ++pulls) {
        if (pulls == most_pulls)
            throw Error(ErrorKind::io,
                        fmt::format("The disk {} still reads from the repository", disk.target))
                .advise("Remove the snapshots that were made of the machine, then migrate it again.");
        if (pulls > 0) pause_work(between_pulls);
        if (!hypervisor::is_active(host, domain)) {
            try {
                disk::complete_overlay(disk.overlay, report, stop);
            } catch (const Error& error) {
                if (error.kind() != ErrorKind::io || pulls + 1 == most_pulls) throw;
            }
            continue;
        }
        host.begin_pull(domain, disk.target);
        while (auto progress = host.pull_progress(domain, disk.target)) {
            if (progress->total > 0)
                report(static_cast<int>(static_cast<double>(progress->done) /
                                        static_cast<double>(progress->total) * 100));
            pause_work(200ms);
        }
    }
}

// Its definition names no place in the repository any more.
void InstantRecoveryKeeper::settle(Machine& machine) {
    const auto& recovery = machine.recovery;
    auto& host = host_of(recovery);
    auto saved = disks_of(environment_, repositories_, point_of(recovery));
    auto before = read_domain_xml(*saved.repository, saved.snapshot, saved.description.name);
    std::vector<std::string> targets;
    for (const auto& disk : recovery.disks) targets.push_back(disk.target);
    host.define(hypervisor::settle_overlays(host.domain_xml(recovery.domain), before, targets));
}

void InstantRecoveryKeeper::look_after(std::stop_token stop) {
    StopScope scope(stop);
    std::mutex sleeping;
    std::unique_lock lock(sleeping);
    while (!stop.stop_requested()) {
        std::vector<MachinePointer> all;
        {
            std::lock_guard guard(mutex_);
            for (const auto& [id, machine] : machines_) all.push_back(machine);
        }
        for (const auto& machine : all) {
            // Whoever makes or discards it now needs no help.
            std::unique_lock working(machine->mutex, std::try_to_lock);
            if (!working || std::chrono::steady_clock::now() < machine->next_look) continue;
            try {
                look_after(machine);
                machine->last_trouble.clear();
            } catch (const std::exception& error) {
                const auto* known = dynamic_cast<const Error*>(&error);
                if (known != nullptr && known->kind() == ErrorKind::not_found && is_to_be_moved(*machine))
                    give_up_move(*machine, error.what());
                machine->next_look = std::chrono::steady_clock::now() + after_failure;
                if (machine->last_trouble != error.what())
                    spdlog::warn("The machine {}, which runs from a repository: {}",
                                 machine->recovery.vm_name, error.what());
                machine->last_trouble = error.what();
            }
        }
        wake_.wait_for(lock, stop, between_looks, [] { return false; });
    }
}

void InstantRecoveryKeeper::look_after(const MachinePointer& machine) {
    auto& recovery = machine->recovery;
    {
        std::lock_guard lock(mutex_);
        if (!machines_.contains(recovery.session.id)) return;  // ended meanwhile
    }
    if (state_of(*machine) == state::discarding) {
        remove_made(*machine);
        bool was_made = recovery.session.reason.empty();
        end(*machine, was_made ? catalog::result::success : catalog::result::failed,
            was_made ? "The machine was discarded." : recovery.session.reason);
        return;
    }
    if (!machine->served) {
        auto point = point_of(recovery);
        open_exports(*machine, point.repository, disks_of(environment_, repositories_, point));
    } else {
        machine->served->keep_up();
    }
    auto& host = host_of(recovery);
    if (host.is_paused_by_disk_error(recovery.domain)) {
        spdlog::info("The machine {} goes on", recovery.vm_name);
        host.resume(recovery.domain);
        // Where the disk is full it pauses again at once.
        machine->next_look = std::chrono::steady_clock::now() + after_failure;
    }
    if (state_of(*machine) == state::migrating) begin_move(machine);
}

}  // namespace holdfast::protection
