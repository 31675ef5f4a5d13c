// Putting one machine back from a restore point.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "catalog/restore_points.hpp"
#include "catalog/restore_sessions.hpp"
#include "hypervisor/host.hpp"
#include "protection/environment.hpp"
#include "protection/machine_snapshot.hpp"
#include "repository/repository.hpp"

namespace holdfast::protection {

enum class RestorePlace { over_original, beside_original };
enum class PowerAfter { leave_off, power_on };
enum class Rollback { whole, quick };

struct VmRestoreRequest {
    Uuid session;
    catalog::VmRestorePoint point;
    RestorePlace place = RestorePlace::over_original;
    PowerAfter power = PowerAfter::leave_off;
    // Over the original. Quick: blocks that its disks hold already are taken from them, and where the file
    // system can share blocks they are not even copied. A disk that is gone, or has another size now, is
    // restored whole.
    Rollback rollback = Rollback::whole;
    // Beside the original:
    std::string new_name;              // empty: "<name>_restored"
    std::optional<Uuid> storage_pool;  // nothing: where the disks of the original are
};

struct VmRestoreResult {
    hypervisor::Domain domain;
};

// Over the original: the machine is powered off, its new disks are written beside the old ones, and take
// their place, all together, only when every one is complete; until then the original can be started as it
// was. Beside it: new disks, name, UUID and MAC addresses. When it throws, what it made is removed again;
// after a crash take_back() does so.
VmRestoreResult restore_machine(const Environment& environment, hypervisor::Host& host,
                                repository::Repository& repository, const VmRestoreRequest& request,
                                Progress& progress, std::stop_token stop);

// Throws what restore_machine() would throw before it changes anything: the name is taken, a file is in the
// way …
void check_restore(const Environment& environment, hypervisor::Host& host, repository::Repository& repository,
                   const VmRestoreRequest& request);

// Finishes or takes back what a restore that died had made: complete disks that were about to take their
// place do, all other new files are removed.
void take_back(catalog::RestoreSessions& sessions, const Uuid& session);

}  // namespace holdfast::protection
