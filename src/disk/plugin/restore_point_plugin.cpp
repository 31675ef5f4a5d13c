// The nbdkit plugin that serves a disk inside a snapshot, read-only. RestorePointExport starts it:
//   nbdkit --foreground holdfast-nbdkit-plugin.so repository=URL snapshot=ID disk=PATH password=-
// The password is what stands on standard input; nbdkit closes that before it serves.
#define NBDKIT_API_VERSION 2
#include <fcntl.h>
#include <fmt/format.h>
#include <nbdkit-plugin.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>

#include "base/error.hpp"
#include "repository/repository.hpp"

#define THREAD_MODEL NBDKIT_THREAD_MODEL_PARALLEL

namespace {

using holdfast::Error;
using holdfast::ErrorKind;
using namespace holdfast::repository;

constexpr std::size_t longest_password = 64 << 10;

// One disk a process. Filled by configure and start, on one thread; only read from then on, until the end.
struct Served {
    std::string repository_url;
    std::string password;
    SnapshotId snapshot;
    std::string path;
    std::unique_ptr<Repository> repository;
    std::unique_ptr<BlockSource> disk;
    std::uint64_t size = 0;
    std::vector<Extent> data;
    std::shared_mutex in_use;  // held by every read; taken whole by the end
};
Served served;

// No exception may reach nbdkit, which is C. The kind goes along, so that RestorePointExport can throw the
// same error again.
template <typename Work>
int guarded(Work&& work) {
    try {
        work();
        return 0;
    } catch (const Error& error) {
        nbdkit_error("[%s] %s", std::string(to_string(error.kind())).c_str(), error.what());
    } catch (const std::exception& error) {
        nbdkit_error("[%s] %s", std::string(to_string(ErrorKind::internal)).c_str(), error.what());
    }
    nbdkit_set_error(EIO);
    return -1;
}

std::string read_password() {
    std::string password(longest_password, '\0');
    std::size_t count = 0;
    ssize_t got = 0;
    while (count < password.size() && (got = ::read(0, password.data() + count, password.size() - count)) > 0)
        count += static_cast<std::size_t>(got);
    password.resize(count);
    return password;
}

int configure(const char* key, const char* value) {
    return guarded([&] {
        std::string_view name = key, text = value;
        if (name == "repository") {
            served.repository_url = text;
        } else if (name == "disk") {
            served.path = text;
        } else if (name == "snapshot") {
            auto id = SnapshotId::parse(text);
            if (!id)
                throw Error(ErrorKind::invalid_input, fmt::format("\"{}\" is no id of a snapshot", text));
            served.snapshot = *id;
        } else if (name == "password" && text == "-") {
            served.password = read_password();
        } else {
            throw Error(ErrorKind::invalid_input,
                        fmt::format("The parameter {} is not known, or not with this value", name))
                .advise("Give repository=URL snapshot=ID disk=PATH password=-.");
        }
    });
}

void end() {
    std::lock_guard all(served.in_use);
    served.disk.reset();  // gives the repository's lock back
    served.repository.reset();
}

// Asked to end, nbdkit waits for its clients to leave, which a virtual machine may never do, and would keep
// the lock on the repository until it is killed. So the plugin takes these signals itself: the reads under
// way are answered, the lock is given back, and the process ends. Blocked here, before there are other
// threads, they come to this one only.
void end_on_signals() {
    static sigset_t signals;
    sigemptyset(&signals);
    for (int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::thread([] {
        int signal = 0;
        sigwait(&signals, &signal);
        end();
        ::_exit(0);
    }).detach();
}

// After nbdkit's fork, where there is one: the repository has threads, which a fork would lose.
int start() {
    // A parent that does not read what we print must not hold up the threads that answer requests.
    ::fcntl(2, F_SETFL, ::fcntl(2, F_GETFL) | O_NONBLOCK);
    return guarded([] {
        std::lock_guard all(served.in_use);
        end_on_signals();
        served.repository = Repository::open(served.repository_url, served.password);
        explicit_bzero(served.password.data(), served.password.size());
        served.disk = served.repository->open_disk(served.snapshot, served.path);
        served.size = served.disk->size();
        served.data = served.disk->data_extents();
    });
}

void* open_connection(int) {
    return &served;
}

std::int64_t get_size(void*) {
    return static_cast<std::int64_t>(served.disk->size());
}

int yes(void*) {
    return 1;
}

int read(void*, void* into, std::uint32_t count, std::uint64_t offset, std::uint32_t) {
    return guarded([&] {
        std::shared_lock reading(served.in_use);
        if (!served.disk) throw Error(ErrorKind::unavailable, "The export is ending");
        served.disk->read(offset, std::span(static_cast<std::byte*>(into), count));
    });
}

// Tells [offset, offset + count) in order: data where the disk has some, holes that read as zeros between.
int extents(void*, std::uint32_t count, std::uint64_t offset, std::uint32_t, nbdkit_extents* list) {
    auto add = [&](std::uint64_t from, std::uint64_t to, std::uint32_t type) {
        return from >= to ? 0 : nbdkit_add_extent(list, from, to - from, type);
    };
    constexpr std::uint32_t hole = NBDKIT_EXTENT_HOLE | NBDKIT_EXTENT_ZERO;
    std::uint64_t end_offset = offset + count, told = offset;
    auto extent = std::ranges::partition_point(
        served.data, [&](auto& data) { return data.offset + data.length <= offset; });
    for (; extent != served.data.end() && extent->offset < end_offset; ++extent) {
        std::uint64_t first = std::max(extent->offset, told),
                      last = std::min(extent->offset + extent->length, end_offset);
        if (add(told, first, hole) != 0 || add(first, last, 0) != 0) return -1;
        told = last;
    }
    return add(told, end_offset, hole);
}

nbdkit_plugin plugin = {
    .name = "holdfast",
    .longname = "Holdfast restore point",
    .description = "A disk inside a snapshot of a restic repository",
    .unload = end,
    .config = configure,
    .config_help =
        "repository=URL     The restic repository: a folder, or another address without a password.\n"
        "snapshot=ID        64 hexadecimal digits.\n"
        "disk=PATH          Inside the snapshot, for instance web01/disks/vda.raw.\n"
        "password=-         Read the repository's password from standard input.",
    .open = open_connection,
    .get_size = get_size,
    .pread = read,
    .can_multi_conn = yes,
    .can_extents = yes,
    .extents = extents,
    .after_fork = start,
};

}  // namespace

NBDKIT_REGISTER_PLUGIN(plugin)
