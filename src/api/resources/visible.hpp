// The records that paths name, as the caller may see them: what is outside of the caller's scopes is 404, as
// if it were not there.
#pragma once

#include "api/resources/handler.hpp"

namespace holdfast::api {

catalog::Backup find_backup(const Services& services, const Call& call);
catalog::RestorePoint find_point(const Services& services, const Call& call);
catalog::VmRestorePoint find_vm_point(const Services& services, const Call& call);
catalog::VmRestorePoint find_file(const Services& services, const Call& call);
catalog::BackupSession find_session(const Services& services, const Call& call);
catalog::TaskSession find_task_session(const Services& services, const Call& call);
catalog::RestoreSession find_restore_session(const Services& services, const Call& call);
catalog::SystemSession find_system_session(const Services& services, const Call& call);

}  // namespace holdfast::api
