#include "api/types/infrastructure.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_VERSIONS(BackupServer, {"WcfPort", since(ApiVersion::v1_7)},
                  {"VbrCertificateThumbprint", since(ApiVersion::v1_7)})
HOLDFAST_ROOT(BackupServer, "BackupServerEntityType", (Entity),
              (Description, Port, Version, WcfPort, VbrCertificateThumbprint))
HOLDFAST_LIST(BackupServers, "BackupServerEntityListType", "BackupServer")

HOLDFAST_ENUM(ManagedServerType, ESX, VC, Linux, Local, Windows, ESXi, HvServer, HvCluster, Scvmm,
              BackupServer, SanHost, SmbServer, SmbCluster, VcdSystem, Cloud, AzureWinServer,
              VmSnapshotStorageHost, ConfigurationService, ExternalInfrastructureProxy, NdmpServer,
              ExternalInfrastructureServer)
HOLDFAST_ROOT(ManagedServer, "ManagedServerEntityType", (Entity), (Description, ManagedServerType))
HOLDFAST_LIST(ManagedServers, "ManagedServerEntityListType", "ManagedServer")
HOLDFAST_ROOT(ManagedServerSpec, "ManagedServerSpecType", (), (Name, Description, Uri))

HOLDFAST_ENUM(HostType, ESX, VC, ESXi, HvServer, HvCluster, Scvmm, VcdSystem, KVM)
HOLDFAST_ROOT(HierarchyRoot, "HierarchyRootEntityType", (Entity), (HierarchyRootId, UniqueId, HostType))
HOLDFAST_LIST(HierarchyRoots, "HierarchyRootEntityListType", "HierarchyRoot")
HOLDFAST_ROOT(HierarchyItem, "HierarchyItemType", (), (ObjectRef, ObjectType, ObjectName, Type))
HOLDFAST_LIST(HierarchyItems, "HierarchyItemListType", "HierarchyItem")

HOLDFAST_ENUM(RepositoryKind, WindowsLocal, LinuxLocal, CifsShare, DDBoost, Cloud, HPStoreOnce, ExaGrid,
              Foreign, SanSnapshot, HPStoreOnceIntegration, Extendable, Quantum, Nfs, AmazonS3Compatible)
HOLDFAST_ROOT(Repository, "RepositoryEntityType", (Entity), (Capacity, FreeSpace, Kind))
HOLDFAST_LIST(Repositories, "RepositoryEntityListType", "Repository")
HOLDFAST_ROOT(RepositorySpec, "RepositorySpecType", (), (Name, Description, Path, Password))

}  // namespace holdfast::api
