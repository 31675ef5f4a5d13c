// Records of the catalog as resources of the API: entities with their links, and the reference form of any
// entity.
#pragma once

#include <string>

#include "api/resources/site.hpp"
#include "api/types/backup.hpp"
#include "api/types/infrastructure.hpp"
#include "api/types/job.hpp"
#include "api/types/service.hpp"
#include "api/types/session.hpp"
#include "api/types/system_session.hpp"
#include "catalog/sources.hpp"

namespace holdfast::api {

BackupServer represent(const catalog::BackupServer& server, Site& site);
ManagedServer represent(const catalog::ManagedServer& server, Site& site);
HierarchyRoot represent_root(const catalog::ManagedServer& server, Site& site);
Repository represent(const catalog::Repository& repository, Site& site);
Job represent(const catalog::Job& job, Site& site);
ObjectInJob represent(const catalog::ListedObject& object, Site& site);
ObjectInJob represent(const catalog::JobObject& object, const catalog::Job& job, Site& site);
BackupJobSession represent(const catalog::BackupSession& session, Site& site);
BackupTaskSession represent(const catalog::TaskSession& task, Site& site);
Backup represent(const catalog::Backup& backup, Site& site);
RestorePoint represent(const catalog::RestorePoint& point, Site& site);
VmRestorePoint represent(const catalog::VmRestorePoint& point, Site& site);
Consistency consistency_of(const catalog::VmRestorePoint& point);
BackupFile represent_file(const catalog::VmRestorePoint& point, Site& site);
RestoreSession represent(const catalog::RestoreSession& session, Site& site);
SystemSession represent(const catalog::SystemSession& session, Site& site);

// "urn:CustomPlatform:Vm:<hierarchy root>.<domain>": how the API names a machine of a host.
std::string machine_reference(const Uuid& hierarchy_root, const Uuid& domain);
// The two ids in such a reference, in any letter case and with any platform's word; invalid_input for
// anything else.
struct MachineReference {
    Uuid hierarchy_root;
    Uuid domain;
};
MachineReference parse_machine_reference(const std::string& text);

}  // namespace holdfast::api
