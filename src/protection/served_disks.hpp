// The disks of a restore point, served on sockets for a machine that runs from them.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "hypervisor/host.hpp"
#include "protection/point_disks.hpp"

namespace holdfast::protection {

// One thread at a time. Destroying it ends what serves; the folder stays until remove().
class ServedDisks {
  public:
    // `folder` is made where it is missing. Only `user` may open the sockets (and root); nothing: whoever
    // owns the parent of `folder`. forbidden where Holdfast may not give them away.
    ServedDisks(PointDisks disks, std::filesystem::path folder, std::optional<hypervisor::SystemUser> user);

    // Where the disks will be, in their order, also before they are served.
    std::vector<disk::NbdAddress> addresses() const;
    // Serves what is not served (any more), on the same sockets as before.
    void keep_up();
    // Ends it and removes the folder.
    void remove();

  private:
    PointDisks disks_;
    std::filesystem::path folder_;
    std::optional<hypervisor::SystemUser> user_;
    std::vector<std::optional<disk::RestorePointExport>> exports_;
};

}  // namespace holdfast::protection
