// A restore point's file systems, opened: an NBD export a disk, and the guest's files over them.
#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "base/file.hpp"
#include "catalog/restore_points.hpp"
#include "disk/restore_point_export.hpp"
#include "guest/guest_files.hpp"
#include "protection/environment.hpp"
#include "protection/open_repositories.hpp"

namespace holdfast::protection {

class PointFiles {
  public:
    // Takes seconds: the appliance has to start. No prune comes in between while it lasts. Throws as
    // guest::GuestFiles::open; not_found where the repository is gone.
    PointFiles(const Environment& environment, OpenRepositories& repositories,
               const catalog::VmRestorePoint& point, std::stop_token stop);

    guest::GuestFiles& files() { return *files_; }

  private:
    // In this order: the appliance goes first, then its disks.
    std::shared_ptr<repository::Repository> repository_;
    std::unique_ptr<TemporaryDirectory> sockets_;
    std::vector<disk::RestorePointExport> exports_;
    std::unique_ptr<guest::GuestFiles> files_;
};

}  // namespace holdfast::protection
