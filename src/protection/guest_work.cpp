#include "protection/guest_work.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>

#include "base/error.hpp"

namespace holdfast::protection {
namespace {

using hypervisor::AgentState;
using hypervisor::DomainState;

constexpr std::size_t told_output = 500;

// A guest may print anything; sessions tell it in one line of ASCII.
std::string in_one_line(std::string_view output) {
    std::string line(output.substr(output.size() - std::min(output.size(), told_output)));
    for (char& c : line) {
        auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) c = ' ';
        if (byte >= 0x80) c = '?';
    }
    return line;
}

// Why it failed; empty where it did not. Throws cancelled.
std::string run_script(hypervisor::Host& host, const Uuid& domain, const catalog::GuestScript& script,
                       const std::stop_token& stop) {
    try {
        auto result =
            host.run_in_guest(domain, {script.command, std::chrono::seconds(script.limit_seconds)}, stop);
        if (!result.ended_in_time) return fmt::format("it did not end within {} s", script.limit_seconds);
        if (result.status == 0) return {};
        return fmt::format("it ended with status {}{}{}", result.status, result.output.empty() ? "" : ": ",
                           in_one_line(result.output));
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::cancelled) throw;
        return error.happened();
    }
}

}  // namespace

GuestWork::GuestWork(const Environment& environment, hypervisor::Host& host, const Uuid& server,
                     hypervisor::Domain domain, GuestSettings settings, std::stop_token stop)
    : host_(host),
      server_(server),
      domain_(std::move(domain)),
      settings_(std::move(settings)),
      stop_(std::move(stop)),
      owner_(environment.owner),
      guests_(environment.database) {}

std::unique_ptr<hypervisor::LiveBackup> GuestWork::around(const Begin& begin) {
    bool is_wanted =
        settings_.processing.mode != catalog::VssSnapshotMode::Disabled || !settings_.scripts.is_empty();
    if (!is_wanted || !can_ask_agent()) return begin();
    guests_.note({server_, domain_.uuid, domain_.name, owner_, settings_.scripts.after, now()});
    std::unique_ptr<hypervisor::LiveBackup> backup;
    std::exception_ptr failure;
    try {
        run_script_before();
        backup = take(begin);
    } catch (...) {
        failure = std::current_exception();
    }
    if (may_be_frozen_) {
        // No script runs in a guest that is frozen: it is left to Recovery, as the thaw is.
        const auto& script = settings_.scripts.after;
        if (!script.command.empty())
            warn(fmt::format("The script after the backup runs in {} once it is thawed.", domain_.name));
        guests_.note({server_, domain_.uuid, domain_.name, owner_, script, now()});
    } else {
        run_script_after();
        guests_.forget(server_, domain_.uuid);
    }
    if (failure) std::rethrow_exception(failure);
    return backup;
}

bool GuestWork::can_ask_agent() {
    auto refuse = [&](const std::string& why, Severity severity) {
        is_not_frozen(why, severity);
        if (!settings_.scripts.is_empty()) warn("The scripts did not run in it: " + why + '.');
        return false;
    };
    if (domain_.state == DomainState::paused) return refuse("it is paused", Severity::note);
    auto agent = host_.agent(domain_.uuid);
    // A machine without an agent was never made for it: that is said, but it is no failure.
    if (agent == AgentState::none) return refuse("it has no channel for a guest agent", Severity::note);
    if (agent == AgentState::disconnected) return refuse("no guest agent runs in it", Severity::note);
    try {
        host_.ping_agent(domain_.uuid);
    } catch (const Error& error) {
        return refuse(error.happened(), Severity::warning);
    }
    return true;
}

void GuestWork::run_script_before() {
    const auto& script = settings_.scripts.before;
    if (script.command.empty()) return;
    auto why = run_script(host_, domain_.uuid, script, stop_);
    if (why.empty()) return;
    auto sentence = fmt::format("The script before the backup failed in {}: {}", domain_.name, why);
    if (settings_.processing.mode == catalog::VssSnapshotMode::RequireSuccess)
        throw Error(ErrorKind::unavailable, sentence)
            .advise("Mend it, or have failures ignored: VssSnapshotMode IgnoreFailures.");
    warn(sentence + '.');
}

void GuestWork::run_script_after() {
    const auto& script = settings_.scripts.after;
    if (script.command.empty()) return;
    // Also where the run is to stop: it undoes what the one before did.
    std::stop_source never;
    auto why = run_script(host_, domain_.uuid, script, never.get_token());
    if (!why.empty()) warn(fmt::format("The script after the backup failed in {}: {}.", domain_.name, why));
}

std::unique_ptr<hypervisor::LiveBackup> GuestWork::take(const Begin& begin) {
    auto frozen = freeze();
    if (!frozen) return begin();
    std::unique_ptr<hypervisor::LiveBackup> backup;
    try {
        backup = begin();
    } catch (...) {
        try {
            frozen->thaw();
        } catch (const Error& error) {
            may_be_frozen_ = true;
            spdlog::warn("{}", error.what());
        }
        throw;
    }
    thaw(*frozen);
    return backup;
}

// Nothing where it is not to be, or cannot be.
std::unique_ptr<hypervisor::FrozenGuest> GuestWork::freeze() {
    if (settings_.processing.mode == catalog::VssSnapshotMode::Disabled) return nullptr;
    std::string why;
    try {
        auto frozen = host_.freeze(domain_.uuid);
        if (frozen->file_systems() > 0) return frozen;
        why = "its guest agent found no file system to freeze";
    } catch (const Error& error) {
        why = error.happened();
    }
    try {
        host_.thaw(domain_.uuid);
    } catch (const Error& error) {
        // An agent that refuses knows no freezing.
        may_be_frozen_ = error.kind() != ErrorKind::io;
        if (may_be_frozen_)
            spdlog::warn("Whether something is frozen in {} is not known: {}", domain_.name, error.what());
    }
    is_not_frozen(why, Severity::warning);
    return nullptr;
}

void GuestWork::thaw(hypervisor::FrozenGuest& frozen) {
    bool was_frozen = false;
    try {
        was_frozen = frozen.thaw();
    } catch (const Error& error) {
        may_be_frozen_ = true;
        is_not_frozen(error.happened(), Severity::warning);
        return;
    }
    if (!was_frozen)
        return is_not_frozen("its file systems were thawed before the backup had begun", Severity::warning);
    consistency_ = catalog::consistency::filesystem;
    notes_.push_back(fmt::format("The file systems were frozen ({}).", frozen.file_systems()));
}

void GuestWork::is_not_frozen(const std::string& why, Severity severity) {
    if (settings_.processing.mode == catalog::VssSnapshotMode::Disabled) return;
    if (settings_.processing.mode == catalog::VssSnapshotMode::RequireSuccess)
        throw Error(ErrorKind::unavailable,
                    fmt::format("The file systems of {} could not be frozen: {}", domain_.name, why))
            .advise(
                "See whether qemu-guest-agent runs in it, or have failures ignored: VssSnapshotMode "
                "IgnoreFailures.");
    has_warnings_ |= severity == Severity::warning;
    notes_.push_back(
        fmt::format("The machine was saved as a power cut would leave it, crash-consistent: {}.", why));
}

void GuestWork::warn(std::string sentence) {
    // In the log as well: a backup that fails tells its own reason only.
    spdlog::warn("{}", sentence);
    has_warnings_ = true;
    notes_.push_back(std::move(sentence));
}

void put_guest_right(hypervisor::Host& host, const catalog::GuestInBackup& guest) {
    // A guest that was started anew has thawed file systems, and a new life of its services.
    if (!hypervisor::is_active(host, guest.domain)) return;
    if (auto thawed = host.thaw(guest.domain); thawed > 0)
        spdlog::warn("Thawed {} file systems that a backup had left frozen in {}", thawed, guest.vm_name);
    if (guest.script.command.empty()) return;
    auto why = run_script(host, guest.domain, guest.script, {});
    if (why.empty())
        spdlog::info("The script after the interrupted backup was run in {}", guest.vm_name);
    else
        spdlog::warn("The script after the interrupted backup failed in {}: {}", guest.vm_name, why);
}

}  // namespace holdfast::protection
