// Pull-mode backup jobs: begun, and ended.
#pragma once

#include <memory>

#include "hypervisor/connection.hpp"
#include "hypervisor/host.hpp"

namespace holdfast::hypervisor {

std::unique_ptr<LiveBackup> begin_live_backup(std::shared_ptr<Connection> connection,
                                              const BackupRequest& request);

// Ends a backup job of the domain that some Holdfast began, and removes its files; whether there was one.
// Jobs of other programs are left alone.
bool abort_left_backup(Connection& connection, const Uuid& domain,
                       const std::filesystem::path& scratch_directory);

}  // namespace holdfast::hypervisor
