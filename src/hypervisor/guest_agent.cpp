#include "hypervisor/guest_agent.hpp"

#include <fmt/format.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/json.hpp>
#include <string>

#include "base/cancellation.hpp"
#include "base/text.hpp"
#include "hypervisor/libvirt_error.hpp"
#include "hypervisor/libvirt_handles.hpp"

namespace holdfast::hypervisor {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;
using Clock = std::chrono::steady_clock;

constexpr auto answer_limit = 5s;
constexpr auto first_look = 20ms;
constexpr auto longest_between_looks = 500ms;
constexpr std::size_t kept_output = 2000;

// Runs the command line of its one argument and prints the end of what that printed, with its status.
constexpr const char* with_last_words = R"(exec 4>&1
status=$({ { /bin/sh -c "$1" 2>&1 3>&- 4>&- </dev/null; echo $? >&3; } | tail -c 2000 >&4; } 3>&1)
exit "$status")";

Error agent_error(const LibvirtFailure& failure, const std::string& happened) {
    switch (failure.code) {
        case VIR_ERR_AGENT_UNRESPONSIVE:
        case VIR_ERR_AGENT_UNSYNCED:
        case VIR_ERR_OPERATION_TIMEOUT:
            return Error(ErrorKind::unavailable, happened + ": " + failure.message)
                .advise("See whether qemu-guest-agent runs in the machine.");
        default:
            return to_error(failure, happened);
    }
}

}  // namespace

json::value ask_agent(virDomainPtr domain, const json::object& command, std::chrono::seconds limit) {
    auto text = json::serialize(command);
    LibvirtText answer(::virDomainQemuAgentCommand(domain, text.c_str(), static_cast<int>(limit.count()), 0));
    if (!answer) {
        auto failure = last_libvirt_failure();
        throw agent_error(failure, "The guest agent of " + name_of(domain) + " failed");
    }
    boost::system::error_code wrong;
    auto document = json::parse(answer.get(), wrong);
    const auto* object = document.if_object();
    const auto* returned = object == nullptr ? nullptr : object->if_contains("return");
    if (wrong || returned == nullptr)
        throw Error(ErrorKind::io, "The guest agent of " + name_of(domain) + " gave an answer that is none");
    return *returned;
}

namespace {

Error strange_answer(virDomainPtr domain) {
    return Error(ErrorKind::io, "The guest agent of " + name_of(domain) + " gave a strange answer");
}

int to_count(virDomainPtr domain, const json::value& value) {
    const auto* number = value.if_int64();
    if (number == nullptr || *number < 0 || *number > 1'000'000'000) throw strange_answer(domain);
    return static_cast<int>(*number);
}

}  // namespace

int start_in_guest(virDomainPtr domain, const std::string& program, const json::array& arguments) {
    auto started =
        ask_agent(domain,
                  {{"execute", "guest-exec"},
                   {"arguments", {{"path", program}, {"arg", arguments}, {"capture-output", true}}}},
                  answer_limit);
    const auto* object = started.if_object();
    const auto* pid = object == nullptr ? nullptr : object->if_contains("pid");
    if (pid == nullptr) throw strange_answer(domain);
    return to_count(domain, *pid);
}

std::optional<GuestCommandResult> look_at_guest_process(virDomainPtr domain, int pid) {
    auto told =
        ask_agent(domain, {{"execute", "guest-exec-status"}, {"arguments", {{"pid", pid}}}}, answer_limit);
    const auto* status = told.if_object();
    const auto* exited = status == nullptr ? nullptr : status->if_contains("exited");
    if (exited == nullptr || !exited->is_bool()) throw strange_answer(domain);
    if (!exited->get_bool()) return std::nullopt;
    GuestCommandResult result;
    if (const auto* code = status->if_contains("exitcode")) result.status = to_count(domain, *code);
    if (const auto* signal = status->if_contains("signal")) result.status = 128 + to_count(domain, *signal);
    if (const auto* output = status->if_contains("out-data"); output != nullptr && output->is_string())
        if (auto bytes = from_base64(output->get_string())) {
            auto said = trimmed(as_text(*bytes));
            result.output = said.substr(said.size() - std::min(said.size(), kept_output));
        }
    return result;
}

void end_guest_session(virDomainPtr domain, int pid, std::string_view signal) {
    start_in_guest(domain, "/bin/sh", {"-c", fmt::format("kill -s {} -- -{}", signal, pid)});
}

namespace {

// A guest that is busy may not answer in time: it is asked again until the command's time is up.
std::optional<GuestCommandResult> look_patiently_at(virDomainPtr domain, int pid, Clock::time_point end) {
    try {
        return look_at_guest_process(domain, pid);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::unavailable || Clock::now() >= end) throw;
        return std::nullopt;
    }
}

}  // namespace

void ping_agent(virDomainPtr domain) {
    ask_agent(domain, {{"execute", "guest-ping"}}, answer_limit);
}

int freeze_file_systems(virDomainPtr domain, std::chrono::seconds limit) {
    return to_count(domain, ask_agent(domain, {{"execute", "guest-fsfreeze-freeze"}}, limit));
}

int thaw_file_systems(virDomainPtr domain) {
    return to_count(domain, ask_agent(domain, {{"execute", "guest-fsfreeze-thaw"}}, answer_limit));
}

GuestCommandResult run_guest_command(virDomainPtr domain, const GuestCommand& command,
                                     const std::stop_token& stop) {
    auto end = Clock::now() + command.limit;
    // A session of its own: with it all that it started can be ended.
    int pid = start_in_guest(domain, "setsid", {"/bin/sh", "-c", with_last_words, "holdfast", command.line});
    StopScope scope(stop);
    try {
        auto pause = std::chrono::milliseconds(first_look);
        while (true) {
            if (auto result = look_patiently_at(domain, pid, end)) return *result;
            if (Clock::now() >= end) break;
            pause_work(pause);
            pause = std::min<std::chrono::milliseconds>(2 * pause, longest_between_looks);
        }
    } catch (const Error&) {
        try {
            end_guest_session(domain, pid, "KILL");
        } catch (const Error& error) {
            spdlog::warn("A command in {} may still run: {}", name_of(domain), error.what());
        }
        throw;
    }
    end_guest_session(domain, pid, "KILL");
    return {.ended_in_time = false, .status = 128 + 9, .output = {}};
}

}  // namespace holdfast::hypervisor
