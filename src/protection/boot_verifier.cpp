#include "protection/boot_verifier.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <shared_mutex>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "catalog/backup_sessions.hpp"
#include "hypervisor/isolated_twin.hpp"
#include "protection/console_watch.hpp"
#include "protection/isolated_network.hpp"
#include "protection/machine_snapshot.hpp"
#include "protection/served_disks.hpp"

namespace holdfast::protection {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
namespace check = catalog::boot_check;

// What serves a disk holds the repository's index in memory, and each machine has its own.
constexpr std::size_t most_runs = 4;
constexpr auto between_looks = 300ms;
constexpr auto between_removals = 15s;
// Of the file system with the scratch images; others need it, too.
constexpr std::uint64_t kept_free = 512ULL << 20;
constexpr int most_resumes = 3;
constexpr std::size_t nvram_limit = 64 << 20;
constexpr std::size_t largest_screenshot = 8 << 20;

constexpr int progress_started = 10;
constexpr int progress_seen = 90;

// Really written, of sparse images.
std::uint64_t size_on_disk(const fs::path& file) {
    struct stat told{};
    return ::stat(file.c_str(), &told) == 0 ? static_cast<std::uint64_t>(told.st_blocks) * 512 : 0;
}

bool is_waited_for(const catalog::BootCheck& one) {
    return one.result == catalog::result::none;
}

catalog::BootCheck wait_for(std::string_view kind, std::string target = {}) {
    return {
        .kind = std::string(kind), .target = std::move(target), .result = std::string(catalog::result::none)};
}

void fail(catalog::BootCheck& one, std::string why) {
    one.result = catalog::result::failed;
    one.message = std::move(why);
}

// In the order in which a machine comes up.
std::vector<catalog::BootCheck> checks_of(const BootSigns& signs, const hypervisor::Twin& twin) {
    std::vector<catalog::BootCheck> checks;
    if (signs.console_pattern) checks.push_back(wait_for(check::console, *signs.console_pattern));
    if (signs.heartbeat) checks.push_back(wait_for(check::heartbeat));
    if (signs.ping) checks.push_back(wait_for(check::ping));
    for (auto port : signs.tcp_ports) checks.push_back(wait_for(check::tcp_port, std::to_string(port)));
    if (!checks.empty()) return checks;
    if (twin.has_agent) return {wait_for(check::heartbeat)};
    if (twin.network_cards > 0) return {wait_for(check::ping)};
    throw Error(ErrorKind::invalid_input,
                "The machine has neither a guest agent nor a network card: nothing tells whether it is up")
        .advise("Name a line of its serial console in ConsolePattern.");
}

std::string name_of(const catalog::BootCheck& one) {
    return one.target.empty() ? one.kind : fmt::format("{} {}", one.kind, one.target);
}

// Of all that failed, in one line.
std::string reason_of(const std::vector<catalog::BootCheck>& checks) {
    std::string reason;
    for (const auto& one : checks)
        if (one.result == catalog::result::failed)
            reason += fmt::format("{}{}: {}", reason.empty() ? "" : "; ", name_of(one), one.message);
    return reason;
}

}  // namespace

struct BootVerifier::Run {
    catalog::BootVerification record;
    std::optional<ConsolePattern> pattern;
    fs::path folder;
    std::vector<fs::path> images;
    std::optional<ServedDisks> served;
    std::optional<ConsoleWatch> console;
    std::optional<IsolatedNetwork> network;
    bool has_agent = false;
    std::vector<std::byte> screenshot;
    Clock::time_point started;
    int resumes = 0;
    bool is_stopped_by_request = false;  // under the verifier's mutex, as the next one
    bool has_ended = false;
    std::jthread thread;

    std::int64_t milliseconds() const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started).count();
    }
};

BootVerifier::BootVerifier(const Environment& environment, HostConnections& hosts,
                           OpenRepositories& repositories)
    : environment_(environment),
      hosts_(hosts),
      repositories_(repositories),
      verifications_(environment.database) {}

BootVerifier::~BootVerifier() {
    keeper_.request_stop();
    if (keeper_.joinable()) keeper_.join();
    // Outside the lock: those that end take it.
    decltype(runs_) runs;
    {
        std::lock_guard lock(mutex_);
        runs.swap(runs_);
    }
    for (auto& [id, run] : runs) run->thread.request_stop();
    runs.clear();
}

void BootVerifier::start() {
    keeper_ = std::jthread([this](const std::stop_token& stop) {
        StopScope scope(stop);
        std::mutex sleeping;
        std::unique_lock lock(sleeping);
        std::condition_variable_any wake;
        while (!stop.stop_requested()) {
            try {
                remove_left();
            } catch (const std::exception& error) {
                spdlog::warn("What boot verifications left is not known now: {}", error.what());
            }
            wake.wait_for(lock, stop, between_removals, [] { return false; });
        }
    });
}

hypervisor::Host& BootVerifier::host_of(const catalog::BootVerification& verification) {
    return hosts_.connect_to_root(verification.hierarchy_root, verification.session.vm_name);
}

// Short: sockets are made in it, whose paths the system limits to 107 bytes.
fs::path BootVerifier::folder_of(const catalog::BootVerification& verification) const {
    return environment_.run_directory / ("v-" + verification.session.id.to_string().substr(0, 8));
}

Uuid BootVerifier::verify(const BootVerificationRequest& request) {
    auto run = std::make_unique<Run>();
    if (request.signs.console_pattern) run->pattern.emplace(*request.signs.console_pattern);
    auto& record = run->record;
    record.session =
        catalog::new_restore_session("RestoreVm", environment_.owner, request.point, request.account);
    record.hierarchy_root = request.point.hierarchy_root;
    record.domain = Uuid::random();
    const auto id = record.session.id;
    record.twin_name = "holdfast-verify-" + id.to_string().substr(0, 8);
    run->folder = folder_of(record);

    std::lock_guard lock(mutex_);
    std::erase_if(runs_, [](const auto& entry) { return entry.second->has_ended; });
    if (runs_.size() >= most_runs)
        throw Error(ErrorKind::unavailable,
                    fmt::format("{} machines are being verified already", runs_.size()))
            .advise("Wait for one of them to end.");
    verifications_.start(record);
    auto* raw = run.get();
    runs_.emplace(id, std::move(run));
    raw->thread =
        std::jthread([this, raw, request](const std::stop_token& stop) { work(*raw, request, stop); });
    return id;
}

void BootVerifier::stop(const Uuid& id) {
    std::unique_lock lock(mutex_);
    auto found = runs_.find(id);
    if (found == runs_.end() || found->second->has_ended)
        throw Error(ErrorKind::conflict, "The boot verification has ended already");
    found->second->is_stopped_by_request = true;
    found->second->thread.request_stop();
    ended_.wait(lock, [&] {
        auto run = runs_.find(id);
        return run == runs_.end() || run->second->has_ended;
    });
}

void BootVerifier::work(Run& run, const BootVerificationRequest& request, const std::stop_token& stop) {
    StopScope scope(stop);
    auto& session = run.record.session;
    spdlog::info("Boot verification of {} from {} started", session.vm_name,
                 format_utc(request.point.created));
    try {
        boot(run, request);
        session.reason = reason_of(run.record.checks);
        bool has_booted = run.record.boot_ms.has_value();
        session.result = !has_booted              ? catalog::result::failed
                         : session.reason.empty() ? catalog::result::success
                                                  : catalog::result::warning;
        if (!has_booted) session.reason = "The machine did not boot as expected: " + session.reason;
    } catch (const std::exception& error) {
        const auto* known = dynamic_cast<const Error*>(&error);
        session.result = catalog::result::failed;
        session.reason = error.what();
        if (known != nullptr && known->kind() == ErrorKind::cancelled) {
            std::lock_guard lock(mutex_);
            session.reason =
                run.is_stopped_by_request ? "Stopped on request." : "Stopped by the end of the server.";
        }
        for (auto& one : run.record.checks)
            if (is_waited_for(one)) fail(one, "It was not seen before the verification ended.");
    }
    if (run.console) run.record.console = run.console->tail();
    try {
        remove_made(run.record);
        if (run.served) run.served->remove();
    } catch (const std::exception& error) {
        spdlog::warn("What the boot verification of {} had made could not be removed yet: {}",
                     session.vm_name, error.what());
    }
    run.served.reset();
    run.network.reset();
    run.console.reset();
    session.state = catalog::state::stopped;
    session.progress = 100;
    session.ended = now();
    try {
        verifications_.update(run.record, run.screenshot);
    } catch (const std::exception& error) {
        spdlog::error("The end of the boot verification {} could not be stored: {}", session.id.to_string(),
                      error.what());
    }
    spdlog::info("Boot verification of {} ended: {} {}", session.vm_name, session.result, session.reason);
    std::lock_guard lock(mutex_);
    run.has_ended = true;
    ended_.notify_all();
}

void BootVerifier::boot(Run& run, const BootVerificationRequest& request) {
    auto& record = run.record;
    auto& host = host_of(record);
    auto disks = disks_of(environment_, repositories_, request.point);
    const auto saved = disks.description;
    auto repository = disks.repository;
    const auto snapshot = disks.snapshot;
    auto xml = read_domain_xml(*repository, snapshot, saved.name);
    make_directories(run.folder, 0711);
    auto user = host.user_of_machines();
    if (!user) user = hypervisor::owner_of(run.folder.parent_path());
    {
        auto gate = repositories_.gate(request.point.repository);
        std::shared_lock in_use(*gate,
                                std::try_to_lock);  // the exports then hold locks of the repository itself
        if (!in_use)
            throw Error(ErrorKind::conflict, "The repository is being pruned")
                .advise("Try again when that has ended.");
        run.served.emplace(std::move(disks), run.folder, user);
        run.served->keep_up();
    }
    hypervisor::TwinPlan plan{.name = record.twin_name,
                              .uuid = record.domain,
                              .disks = {},
                              .console_socket = run.folder / "console.sock",
                              .nvram = run.folder / "nvram",
                              .memory_mib = request.memory_mib};
    auto addresses = run.served->addresses();
    for (std::size_t i = 0; i < saved.disks.size(); ++i) {
        auto image = run.folder / (saved.disks[i].target + ".qcow2");
        disk::create_overlay(image, saved.disks[i].size, addresses[i]);
        hypervisor::give_to(image, "the image", *user);
        run.images.push_back(image);
        plan.disks.push_back({saved.disks[i].target, image, disk::ImageFormat::qcow2, addresses[i]});
    }
    if (saved.has_nvram) {
        auto content = repository->read_file(snapshot, MachinePaths(saved.name).nvram(), nvram_limit);
        write_file_durably(plan.nvram, as_bytes(content), 0600);
        hypervisor::give_to(plan.nvram, "the file", *user);
    }
    auto twin = hypervisor::make_isolated_twin(xml, plan);
    record.checks = checks_of(request.signs, twin);
    run.has_agent = twin.has_agent;
    run.console.emplace(plan.console_socket, *user, run.pattern);
    if (twin.network_cards > 0) {
        run.network.emplace(twin.network_cards, request.signs.tcp_ports);
        plan.network_port = run.network->port();
        twin = hypervisor::make_isolated_twin(xml, plan);
    }
    throw_if_stopped(StopScope::current());
    with_context("starting the machine to be verified", [&] { host.start_transient(twin.xml); });
    run.started = Clock::now();
    record.session.progress = progress_started;
    verifications_.update(record);
    watch(run, request);
}

void BootVerifier::watch(Run& run, const BootVerificationRequest& request) {
    auto& record = run.record;
    auto give_up = [&](const std::string& why) {
        for (auto& one : record.checks)
            if (is_waited_for(one)) fail(one, why);
    };
    try {
        while (!look(run)) {
            if (Clock::now() - run.started >= request.limit) {
                auto address = run.network ? run.network->machine_address() : std::nullopt;
                give_up(fmt::format("not within {} s{}", request.limit.count(),
                                    address ? fmt::format(" (its address is {})", *address) : ""));
                break;
            }
            pause_work(between_looks);
            keep_running(run, request);
        }
        take_screenshot(run);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::cancelled) throw;
        // The machine is gone, or must not go on.
        give_up(error.what());
        if (error.kind() != ErrorKind::not_found) take_screenshot(run);
    }
}

// Whether all of it was seen.
bool BootVerifier::look(Run& run) {
    auto& record = run.record;
    auto& host = host_of(record);
    auto is_seen = [&](const catalog::BootCheck& one) {
        if (one.kind == check::console) return run.console->has_matched();
        if (one.kind == check::ping) return run.network->has_answered_echo();
        if (one.kind == check::tcp_port)
            return run.network->is_open(static_cast<std::uint16_t>(std::stoi(one.target)));
        if (host.agent(record.domain) != hypervisor::AgentState::connected) return false;
        try {
            host.ping_agent(record.domain);
            return true;
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::unavailable) throw;
            return false;
        }
    };
    bool has_changed = false;
    for (auto& one : record.checks) {
        if (!is_waited_for(one)) continue;
        bool is_of_network = one.kind == check::ping || one.kind == check::tcp_port;
        if (is_of_network && !run.network) {
            fail(one, "the machine has no network card");
        } else if (one.kind == check::heartbeat && !run.has_agent) {
            fail(one, "the machine has no channel for a guest agent");
        } else if (is_seen(one)) {
            one.result = catalog::result::success;
            one.after_ms = run.milliseconds();
        } else {
            continue;
        }
        has_changed = true;
    }
    auto left = std::ranges::count_if(record.checks, is_waited_for);
    bool is_over = left == 0;
    bool has_failed = std::ranges::any_of(
        record.checks, [](const auto& one) { return one.result == catalog::result::failed; });
    if (is_over && !has_failed) record.boot_ms = run.milliseconds();
    if (has_changed) {
        auto seen = static_cast<int>(record.checks.size()) - static_cast<int>(left);
        record.session.progress = progress_started + (progress_seen - progress_started) * seen /
                                                         static_cast<int>(record.checks.size());
        verifications_.update(record);
    }
    return is_over;
}

// Throws what ends the verification.
void BootVerifier::keep_running(Run& run, const BootVerificationRequest& request) {
    auto& host = host_of(run.record);
    run.served->keep_up();
    std::uint64_t written = 0;
    for (const auto& image : run.images) written += size_on_disk(image);
    if (written > request.scratch_limit)
        throw Error(ErrorKind::io, fmt::format("the machine wrote {}, more than the {} that it may",
                                               format_bytes(written), format_bytes(request.scratch_limit)));
    auto left = fs::space(run.folder).available;
    if (left < kept_free)
        throw Error(ErrorKind::io, fmt::format("the scratch space {} is full: {} are left",
                                               run.folder.parent_path().string(), format_bytes(left)));
    if (!hypervisor::is_active(host, run.record.domain))
        throw Error(ErrorKind::not_found, fmt::format("the machine went off after {:.1f} s",
                                                      static_cast<double>(run.milliseconds()) / 1000));
    if (!host.is_paused_by_disk_error(run.record.domain)) return;
    if (++run.resumes > most_resumes) throw Error(ErrorKind::io, "a disk of the machine does not answer");
    host.resume(run.record.domain);
}

void BootVerifier::take_screenshot(Run& run) {
    catalog::BootCheck one = wait_for(check::screenshot);
    try {
        run.screenshot = host_of(run.record).screenshot(run.record.domain);
        if (run.screenshot.size() > largest_screenshot) {
            run.screenshot.clear();
            fail(one, "it is too large to be kept");
        } else {
            one.result = catalog::result::success;
            one.after_ms = run.milliseconds();
        }
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::cancelled) throw;
        fail(one, error.what());
    }
    run.record.checks.push_back(std::move(one));
}

// Safe to repeat.
void BootVerifier::remove_made(const catalog::BootVerification& verification) {
    try {
        host_of(verification).power_off(verification.domain);
    } catch (const Error& error) {
        // Transient: gone when it is off. So is one whose host was taken out of Holdfast, with the
        // connection.
        if (error.kind() != ErrorKind::not_found) throw;
    }
    fs::remove_all(folder_of(verification));
    verifications_.note_removed(verification.session.id);
}

void BootVerifier::remove_left() {
    for (const auto& left : verifications_.not_removed(environment_.owner)) {
        {
            std::lock_guard lock(mutex_);
            auto run = runs_.find(left.session.id);
            if (run != runs_.end() && !run->second->has_ended) continue;
        }
        try {
            remove_made(left);
        } catch (const std::exception& error) {
            spdlog::warn("What the boot verification of {} had made could not be removed yet: {}",
                         left.session.vm_name, error.what());
        }
    }
}

}  // namespace holdfast::protection
