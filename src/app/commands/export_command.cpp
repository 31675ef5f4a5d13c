#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <condition_variable>
#include <cstring>
#include <mutex>

#include "app/command_run.hpp"
#include "app/commands/commands.hpp"
#include "app/snapshot_disk.hpp"
#include "app/snapshot_options.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "disk/restore_point_export.hpp"

namespace holdfast {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto look_for_end_every = 100ms;

struct Given : SnapshotOptions {
    fs::path socket;
};

bool answers(const fs::path& socket) {
    sockaddr_un address{};
    if (socket.native().size() >= sizeof(address.sun_path)) return false;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, socket.c_str(), socket.native().size());
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    return fd && ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

// The export takes the place of what is at its path: that may only be a socket that nobody serves any more.
void require_free(const fs::path& socket) {
    std::error_code missing;
    auto type = fs::symlink_status(socket, missing).type();
    if (type == fs::file_type::not_found) {
        auto folder = fs::absolute(socket).parent_path();
        if (fs::is_directory(folder, missing)) return;
        throw Error(ErrorKind::not_found,
                    fmt::format("There is no folder {} for the socket", folder.string()));
    }
    if (type != fs::file_type::socket)
        throw Error(ErrorKind::conflict, fmt::format("{} exists and is no socket", socket.string()))
            .advise("Name a path that is free; it is never overwritten.");
    if (answers(socket))
        throw Error(ErrorKind::conflict, fmt::format("Something serves on the socket {}", socket.string()))
            .advise("End that first, or choose another path.");
}

disk::RestorePointExport start(const Given& given, CommandRun& run) {
    if (!given.snapshot.contains(':') || given.snapshot.ends_with(':'))
        throw Error(ErrorKind::invalid_input, fmt::format("\"{}\" names no disk", given.snapshot))
            .advise("Write SNAPSHOT:DISK, for instance latest:vda.");
    require_free(given.socket);
    auto password = run.password(AskTimes::once);
    auto [repository, snapshot, disk_name] =
        choose_snapshot(given, repository::Repository::open(given.common.repository, password));
    auto disk = find_disk(*repository, snapshot, "", disk_name);
    auto served = disk::RestorePointExport::start({given.common.repository, password, snapshot.id, disk.path},
                                                  given.socket);
    auto uri = disk::to_uri(served.address());
    run.say(fmt::format("Serving /{} of snapshot {} ({}), read-only, at\n  {}\nCtrl-C ends it.", disk.path,
                        short_id(snapshot.id), format_bytes(disk.size), uri));
    std::fflush(stdout);  // who reads it from a pipe waits for it
    run.report("serving", {{"uri", uri},
                           {"socket", served.address().socket.string()},
                           {"snapshot_id", snapshot.id.to_string()},
                           {"path", disk.path},
                           {"size", disk.size}});
    return served;
}

// Until SIGINT or SIGTERM, which is how it is meant to end: 0.
int serve_until_stopped(const Given& given, CommandRun& run) {
    auto served = start(given, run);
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock guard(mutex);
    auto stop = run.stop();
    while (!stop.stop_requested()) {
        if (!served.is_running())
            throw Error(ErrorKind::unavailable,
                        fmt::format("The export of {} is over: {}", given.snapshot, served.last_words()))
                .advise("Start it again; clients have to connect anew.");
        wake.wait_for(guard, stop, look_for_end_every, [] { return false; });
    }
    return 0;
}

}  // namespace

void add_export_command(CLI::App& app) {
    auto given = std::make_shared<Given>();
    auto* command = app.add_subcommand("export", "Serve a disk of a snapshot over NBD, read-only.");
    add_snapshot_options(
        *command, *given, "SNAPSHOT:DISK",
        "A snapshot (an id, the beginning of one, or latest) and a disk in it: its path, or its "
        "name where only one machine has it")
        ->required();
    command->add_option("--socket", given->socket, "Unix socket to serve on; removed at the end")
        ->type_name("FILE")
        ->required();
    add_footer(
        *command,
        "  holdfast export latest:vda --socket /run/vda.sock\n"
        "  holdfast export 4f21:web01/disks/vda.raw --socket /run/vda.sock\n"
        "Then, beside it:\n"
        "  nbdinfo 'nbd+unix:///?socket=/run/vda.sock'\n"
        "  guestfish --ro --format=raw -a 'nbd://?socket=/run/vda.sock' -i\n"
        "\n"
        "It stays in the foreground and serves until SIGINT or SIGTERM, which end it with status 0.\n");
    command->callback([given] {
        run_command(given->common, "The export has ended.",
                    [&](CommandRun& run) { return serve_until_stopped(*given, run); });
    });
}

}  // namespace holdfast
