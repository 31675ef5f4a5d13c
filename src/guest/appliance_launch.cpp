#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "guest/appliance.hpp"

namespace holdfast::guest {
namespace {

constexpr int memory_mib = 512;
// Hardware virtualization that works brings the appliance up in a few seconds, plus about ten the first time
// ever, when libguestfs builds it. Emulation on a busy machine takes a minute.
constexpr std::chrono::seconds hardware_limit{40};
constexpr std::chrono::seconds emulation_limit{240};

std::atomic<bool> hardware_fails = false;

void add_disk(guestfs_h* handle, const disk::NbdAddress& address) {
    std::string server = "unix:" + address.socket.string();
    char* servers[] = {server.data(), nullptr};
    struct guestfs_add_drive_opts_argv options{};
    options.bitmask = GUESTFS_ADD_DRIVE_OPTS_READONLY_BITMASK | GUESTFS_ADD_DRIVE_OPTS_FORMAT_BITMASK |
                      GUESTFS_ADD_DRIVE_OPTS_PROTOCOL_BITMASK | GUESTFS_ADD_DRIVE_OPTS_SERVER_BITMASK;
    options.readonly = 1;
    options.format = "raw";
    options.protocol = "nbd";
    options.server = servers;
    // The "file name" of an NBD drive is its export name.
    if (guestfs_add_drive_opts_argv(handle, address.export_name.c_str(), &options) != 0)
        throw_guestfs_error(handle, "Cannot attach " + disk::to_uri(address));
}

guestfs_h* make_handle(const std::vector<disk::NbdAddress>& disks, const char* accelerator) {
    guestfs_h* handle = guestfs_create_flags(GUESTFS_CREATE_NO_CLOSE_ON_EXIT);
    if (handle == nullptr) throw Error(ErrorKind::not_supported, "libguestfs cannot make a handle");
    // Errors come up as exceptions; without a handler libguestfs prints them, too. It keeps the handler for
    // this thread only.
    guestfs_set_error_handler(handle, [](guestfs_h*, void*, const char*) {}, nullptr);
    std::string setting = accelerator;
    char* settings[] = {setting.data(), nullptr};
    guestfs_set_backend(handle, "direct");
    guestfs_set_backend_settings(handle, settings);
    guestfs_set_memsize(handle, memory_mib);
    guestfs_set_network(handle, 0);
    guestfs_set_autosync(handle, 0);
    guestfs_set_identifier(handle, "holdfast");
    try {
        for (auto& disk : disks) add_disk(handle, disk);
    } catch (...) {
        guestfs_close(handle);
        throw;
    }
    return handle;
}

}  // namespace

Acceleration acceleration_from_environment() {
    const char* value = std::getenv("HOLDFAST_ACCEL");
    std::string_view name = value == nullptr ? "" : value;
    if (name.empty() || name == "auto") return Acceleration::automatic;
    if (name == "kvm") return Acceleration::hardware;
    if (name == "tcg") return Acceleration::emulation;
    throw Error(ErrorKind::invalid_input, fmt::format("HOLDFAST_ACCEL is \"{}\"", name))
        .advise("Set it to kvm, tcg or auto.");
}

std::unique_ptr<Appliance> Appliance::launch_with(const std::vector<disk::NbdAddress>& disks,
                                                  std::stop_token stop, const char* accelerator,
                                                  std::chrono::seconds limit) {
    std::unique_ptr<Appliance> appliance(new Appliance);
    appliance->call("starting", limit,
                    [&](guestfs_h*) { appliance->handle_ = make_handle(disks, accelerator); });
    appliance->call(
        "starting", limit,
        [](guestfs_h* handle) {
            if (guestfs_launch(handle) == 0) return;
            throw Error(ErrorKind::not_supported, "The file system appliance of libguestfs does not start: " +
                                                      last_guestfs_error(handle))
                .advise(
                    "Install libguestfs, QEMU and a kernel for the appliance (linux-image-cloud-amd64), and "
                    "run libguestfs-test-tool to see what is wrong.");
        },
        stop);
    return appliance;
}

std::unique_ptr<Appliance> Appliance::launch(const std::vector<disk::NbdAddress>& disks, std::stop_token stop,
                                             Acceleration acceleration) {
    throw_if_stopped(stop);
    if (acceleration == Acceleration::hardware) return launch_with(disks, stop, "force_kvm", emulation_limit);
    bool try_hardware =
        acceleration == Acceleration::automatic && !hardware_fails && ::access("/dev/kvm", R_OK | W_OK) == 0;
    if (try_hardware) {
        try {
            return launch_with(disks, stop, "force_kvm", hardware_limit);
        } catch (const Error& error) {
            if (error.kind() == ErrorKind::cancelled) throw;
            spdlog::warn(
                "The file system appliance does not run with hardware virtualization, trying emulation: {}",
                error.what());
        }
    }
    auto appliance = launch_with(disks, stop, "force_tcg", emulation_limit);
    if (try_hardware) hardware_fails = true;
    return appliance;
}

}  // namespace holdfast::guest
