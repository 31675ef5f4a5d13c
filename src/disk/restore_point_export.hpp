// A disk inside a snapshot as an NBD export: nbdkit with Holdfast's plugin, as a supervised child.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "base/process.hpp"
#include "disk/nbd.hpp"
#include "repository/blob_id.hpp"

namespace holdfast::disk {

struct RestorePointDisk {
    std::string repository;  // its URL: repository/repository_url.hpp
    std::string password;    // handed over on a pipe or descriptor, never on a command line or in a file
    repository::SnapshotId snapshot;
    std::string path;  // inside the snapshot: "web01/disks/vda.raw"
};

// Read-only. Ends when destroyed, and with Holdfast. The plugin is looked for in the folder that
// HOLDFAST_PLUGIN_DIR names, beside the running program, and in ../lib/holdfast from there.
class RestorePointExport {
  public:
    RestorePointExport(RestorePointExport&& other) noexcept
        : process_(std::move(other.process_)), address_(std::exchange(other.address_, {})) {}
    // Ends nbdkit in order and removes the socket.
    ~RestorePointExport();
    // Waits until the socket answers. Throws what opening the repository and the disk throws
    // (unauthenticated, not_found, corrupt), or with what nbdkit said.
    static RestorePointExport start(const RestorePointDisk& disk, const std::filesystem::path& socket);
    const NbdAddress& address() const { return address_; }
    bool is_running();
    // nbdkit's exit status and what it printed last, in one line: for the error when it has ended by itself.
    std::string last_words();

  private:
    RestorePointExport(Process process, NbdAddress address)
        : process_(std::move(process)), address_(std::move(address)) {}
    Process process_;
    NbdAddress address_;
};

}  // namespace holdfast::disk
