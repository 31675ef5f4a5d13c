#include "disk/restore_point_export.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "base/installation.hpp"
#include "base/text.hpp"
#include "disk/nbd_connection.hpp"

namespace holdfast::disk {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr std::string_view plugin_name = "holdfast-nbdkit-plugin.so";
// Deriving the key takes half a second; the index of a large repository some more.
constexpr auto start_limit = 120s;

// The plugin's own errors are "nbdkit: error: [kind] text"; whatever else nbdkit said comes as it is.
Error error_of(std::string_view said, const RestorePointDisk& disk) {
    for (int i = 0; i <= static_cast<int>(ErrorKind::internal); ++i) {
        auto kind = static_cast<ErrorKind>(i);
        auto mark = fmt::format("error: [{}] ", to_string(kind));
        auto at = said.find(mark);
        if (at == said.npos) continue;
        auto text = said.substr(at + mark.size());
        return Error(kind, std::string(trimmed(text.substr(0, text.find('\n')))));
    }
    return Error(ErrorKind::unavailable, fmt::format("nbdkit does not serve {} of snapshot {}: {}", disk.path,
                                                     disk.snapshot.to_string().substr(0, 8), trimmed(said)));
}

void wait_until_served(Process& process, const NbdAddress& address, const RestorePointDisk& disk) {
    auto end = Clock::now() + start_limit;
    while (true) {
        throw_if_stopped(StopScope::current());
        if (process.wait(5ms)) throw error_of(process.output(), disk);
        std::error_code ignored;
        if (fs::exists(address.socket, ignored)) {
            try {
                NbdConnection probe(address, {},
                                    std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()));
                return;
            } catch (const Error& error) {
                if (error.kind() != ErrorKind::unavailable) throw;
            }
        }
        if (Clock::now() >= end)
            throw Error(ErrorKind::unavailable,
                        fmt::format("nbdkit did not serve {} within {} s: {}", disk.path, start_limit.count(),
                                    trimmed(process.output())));
    }
}

}  // namespace

// nbdkit in the foreground asks the kernel for SIGTERM when the thread that started it ends
// (PR_SET_PDEATHSIG), even without
// --exit-with-parent: started from a script or a thread that ends, it stops serving without a word. Process
// starts all children on a thread that lives as long as Holdfast, so that the signal comes exactly when it
// should.
RestorePointExport RestorePointExport::start(const RestorePointDisk& disk, const fs::path& socket) {
    std::error_code ignored;
    fs::remove(socket, ignored);
    auto absolute_socket = fs::absolute(socket);
    NbdAddress address{.socket = absolute_socket, .export_name = ""};
    RestorePointExport served(
        Process::start({"nbdkit", "--foreground", "--exit-with-parent", "--readonly", "--newstyle",
                        "--log=stderr", "--unix=" + absolute_socket.string(),
                        find_installed(plugin_name).string(), "repository=" + disk.repository,
                        "snapshot=" + disk.snapshot.to_string(), "disk=" + disk.path, "password=-"},
                       {.input = disk.password}),
        address);
    wait_until_served(served.process_, address, disk);
    return served;
}

RestorePointExport::~RestorePointExport() {
    if (address_.socket.empty()) return;  // moved from
    process_.stop(10s);                   // SIGTERM first: the plugin gives its lock on the repository back
    std::error_code ignored;
    fs::remove(address_.socket, ignored);
}

bool RestorePointExport::is_running() {
    return !process_.wait(0ms);
}

std::string RestorePointExport::last_words() {
    auto printed = process_.output();
    auto said = trimmed(printed);
    auto status = process_.wait(0ms);
    return fmt::format("nbdkit {}{}{}", status ? fmt::format("ended with status {}", *status) : "runs",
                       said.empty() ? "" : ": ", said.substr(said.rfind('\n') + 1));
}

}  // namespace holdfast::disk
