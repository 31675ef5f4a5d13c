#include "hypervisor/guest_feed.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <vector>

#include "base/cancellation.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "hypervisor/guest_agent.hpp"
#include "hypervisor/libvirt_error.hpp"

namespace holdfast::hypervisor {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;
using Clock = std::chrono::steady_clock;

// The agent opens files for writing without waiting, so a pipe would lose what does not fit. Files in memory,
// a few of them under way, carry the bytes: the agent makes them, the guest reads and removes them.
constexpr std::size_t part_size = 1 << 20;
// Of one message: the agent reads them letter by letter, and does nothing else meanwhile.
constexpr std::size_t message_size = 64 << 10;
constexpr std::uint64_t most_parts = 6;
constexpr auto part_limit = 60s;
constexpr auto begin_limit = 30s;
constexpr auto standstill_limit = 300s;
constexpr auto end_limit = 600s;
constexpr auto first_look = 10ms;
constexpr auto longest_between_looks = 200ms;

// $1 names the box, $2 is the script, the rest are its arguments. A part is whole when the next one, or the
// end, is there. Without a new one for five minutes nobody feeds any more.
constexpr const char* feeder = R"SH(exec 2>&1; umask 077; box=/run/holdfast-$1; script=$2; shift 2
mkdir "$box" || exit 1
trap 'rm -rf "$box"' EXIT
trap 'exit 143' TERM INT HUP
export HOLDFAST_WHOLE=$box/whole
feed() {
    n=1; idle=0
    while [ ! -e "$box/status" ]; do
        if [ -e "$box/end" ] && [ ! -e "$box/$n" ]; then : >"$HOLDFAST_WHOLE"; return; fi
        if [ -e "$box/$((n + 1))" ] || { [ -e "$box/end" ] && [ -e "$box/$n" ]; }; then
            cat "$box/$n" 2>/dev/null || return
            rm -f "$box/$n"; n=$((n + 1)); idle=0
        else
            sleep 0.05; idle=$((idle + 1)); [ $idle -lt 6000 ] || return
        fi
    done
}
feed | { /bin/sh -c "$script" holdfast "$@"; echo $? >"$box/status"; }
exit "$(cat "$box/status")")SH";

class AgentFeed : public GuestFeed {
  public:
    AgentFeed(DomainHandle domain, const FedScript& script, std::stop_token stop)
        : domain_(std::move(domain)), stop_(std::move(stop)), box_(Uuid::random().to_string()) {
        json::array arguments{"/bin/sh", "-c", feeder, "holdfast", box_, script.text};
        for (const auto& argument : script.arguments) arguments.emplace_back(argument);
        pid_ = start_in_guest(domain_.get(), "setsid", arguments);
    }

    ~AgentFeed() override {
        if (has_ended_) return;
        try {
            end_guest_session(domain_.get(), pid_, "TERM");
        } catch (const Error& error) {
            spdlog::warn("A script in {} ends by itself in some minutes: {}", name_of(domain_.get()),
                         error.what());
        }
    }

    void write(std::span<const std::byte> bytes) override {
        while (!bytes.empty()) {
            auto piece = bytes.first(std::min(bytes.size(), part_size - waiting_.size()));
            waiting_.insert(waiting_.end(), piece.begin(), piece.end());
            bytes = bytes.subspan(piece.size());
            if (waiting_.size() == part_size) send_part();
        }
    }

    GuestCommandResult finish() override {
        if (!waiting_.empty()) send_part();
        send("end", {});
        StopScope scope(stop_);
        auto limit = Clock::now() + end_limit;
        auto pause = std::chrono::milliseconds(first_look);
        while (Clock::now() < limit) {
            if (auto result = look()) return *result;
            wait(pause);
        }
        throw Error(ErrorKind::unavailable,
                    fmt::format("A script in {} does not end", name_of(domain_.get())));
    }

  private:
    void send_part() {
        if (next_part_ > most_parts) wait_until_taken(next_part_ - most_parts);
        send(std::to_string(next_part_++), waiting_);
        waiting_.clear();
    }

    std::string path_of(std::string_view file) const {
        return fmt::format("/run/holdfast-{}/{}", box_, file);
    }

    std::int64_t open(std::string_view file, std::string_view mode) {
        auto handle = ask_agent(
            domain_.get(),
            {{"execute", "guest-file-open"}, {"arguments", {{"path", path_of(file)}, {"mode", mode}}}},
            part_limit);
        if (!handle.is_int64()) throw strange();
        return handle.get_int64();
    }

    void close(std::int64_t handle) {
        ask_agent(domain_.get(), {{"execute", "guest-file-close"}, {"arguments", {{"handle", handle}}}},
                  part_limit);
    }

    // The box is there a moment after the script was started.
    std::int64_t open_new(std::string_view file) {
        StopScope scope(stop_);
        auto limit = Clock::now() + begin_limit;
        auto pause = std::chrono::milliseconds(first_look);
        while (true) {
            throw_if_stopped(stop_);
            try {
                auto handle = open(file, "wb");
                is_fed_ = true;
                return handle;
            } catch (const Error& error) {
                throw_if_ended();
                if (error.kind() != ErrorKind::io || is_fed_ || Clock::now() >= limit) throw;
            }
            wait(pause);
        }
    }

    void send(std::string_view file, std::span<const std::byte> bytes) {
        auto handle = open_new(file);
        while (!bytes.empty()) {
            auto message = bytes.first(std::min(bytes.size(), message_size));
            send_message(handle, message);
            bytes = bytes.subspan(message.size());
            throw_if_stopped(stop_);
        }
        close(handle);
    }

    void send_message(std::int64_t handle, std::span<const std::byte> bytes) {
        auto written = ask_agent(domain_.get(),
                                 {{"execute", "guest-file-write"},
                                  {"arguments", {{"handle", handle}, {"buf-b64", to_base64(bytes)}}}},
                                 part_limit);
        const auto* answer = written.if_object();
        const auto* count = answer == nullptr ? nullptr : answer->if_contains("count");
        if (count == nullptr || !count->is_int64() ||
            count->get_int64() != static_cast<std::int64_t>(bytes.size()))
            throw strange();
    }

    // Also where the agent is too busy to tell: who waits for it has a limit.
    bool is_there(std::uint64_t part) {
        try {
            close(open(std::to_string(part), "rb"));
            return true;
        } catch (const Error& error) {
            if (error.kind() != ErrorKind::io && error.kind() != ErrorKind::unavailable) throw;
            return error.kind() == ErrorKind::unavailable;
        }
    }

    void wait_until_taken(std::uint64_t part) {
        StopScope scope(stop_);
        auto limit = Clock::now() + standstill_limit;
        auto pause = std::chrono::milliseconds(first_look);
        while (is_there(part)) {
            throw_if_ended();
            if (Clock::now() >= limit)
                throw Error(ErrorKind::unavailable,
                            fmt::format("{} takes no more bytes", name_of(domain_.get())))
                    .advise("See whether its disks still answer.");
            wait(pause);
        }
    }

    static void wait(std::chrono::milliseconds& pause) {
        pause_work(pause);
        pause = std::min<std::chrono::milliseconds>(2 * pause, longest_between_looks);
    }

    std::optional<GuestCommandResult> look() {
        try {
            auto result = look_at_guest_process(domain_.get(), pid_);
            has_ended_ |= result.has_value();
            return result;
        } catch (const Error& error) {
            // It is busy; who asks has a limit.
            if (error.kind() != ErrorKind::unavailable) throw;
            return std::nullopt;
        }
    }

    void throw_if_ended() {
        auto result = look();
        if (!result) return;
        throw Error(ErrorKind::io,
                    fmt::format("A script in {} ended with status {}{}{}", name_of(domain_.get()),
                                result->status, result->output.empty() ? "" : ": ", result->output));
    }

    Error strange() const {
        return Error(ErrorKind::io,
                     "The guest agent of " + name_of(domain_.get()) + " gave a strange answer");
    }

    DomainHandle domain_;
    const std::stop_token stop_;
    const std::string box_;
    int pid_ = 0;
    bool has_ended_ = false;
    bool is_fed_ = false;
    std::uint64_t next_part_ = 1;
    std::vector<std::byte> waiting_;
};

}  // namespace

std::unique_ptr<GuestFeed> start_guest_feed(DomainHandle domain, const FedScript& script,
                                            const std::stop_token& stop) {
    return std::make_unique<AgentFeed>(std::move(domain), script, stop);
}

}  // namespace holdfast::hypervisor
