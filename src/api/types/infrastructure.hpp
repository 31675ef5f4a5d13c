// Where backups come from and where they go: backup servers, managed servers, hierarchy roots, repositories;
// lookup.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/description/list.hpp"
#include "api/types/resource.hpp"

namespace holdfast::api {

struct BackupServer : Entity {
    std::optional<std::string> Description;
    std::int64_t Port = 9392;
    std::optional<std::string> Version;
    std::optional<std::uint16_t> WcfPort;
    std::optional<std::string> VbrCertificateThumbprint;
};
struct BackupServers : List<BackupServer> {};

enum class ManagedServerType {
    ESX,
    VC,
    Linux,
    Local,
    Windows,
    ESXi,
    HvServer,
    HvCluster,
    Scvmm,
    BackupServer,
    SanHost,
    SmbServer,
    SmbCluster,
    VcdSystem,
    Cloud,
    AzureWinServer,
    VmSnapshotStorageHost,
    ConfigurationService,
    ExternalInfrastructureProxy,
    NdmpServer,
    ExternalInfrastructureServer
};

struct ManagedServer : Entity {
    std::optional<std::string> Description;
    api::ManagedServerType ManagedServerType = api::ManagedServerType::Linux;
};
struct ManagedServers : List<ManagedServer> {};

// Adds a host; the name defaults to the host's own.
struct ManagedServerSpec {
    std::optional<Text<1, 255>> Name;
    std::optional<std::string> Description;
    Text<1, 1024> Uri;  // libvirt: "qemu:///system"
};

// KVM is ours; the others are the product's.
enum class HostType { ESX, VC, ESXi, HvServer, HvCluster, Scvmm, VcdSystem, KVM };

struct HierarchyRoot : Entity {
    std::string HierarchyRootId;
    std::optional<std::string> UniqueId;
    api::HostType HostType = api::HostType::KVM;
};
struct HierarchyRoots : List<HierarchyRoot> {};

struct HierarchyItem {
    std::string ObjectRef;   // "urn:CustomPlatform:Vm:<hierarchy root id>.<domain uuid>"
    std::string ObjectType;  // "Vm"
    std::string ObjectName;
    Attribute<std::optional<std::string>> Type = "HierarchyItem";
};
struct HierarchyItems : List<HierarchyItem> {};

enum class RepositoryKind {
    WindowsLocal,
    LinuxLocal,
    CifsShare,
    DDBoost,
    Cloud,
    HPStoreOnce,
    ExaGrid,
    Foreign,
    SanSnapshot,
    HPStoreOnceIntegration,
    Extendable,
    Quantum,
    Nfs,
    AmazonS3Compatible
};

struct Repository : Entity {
    std::int64_t Capacity = -1;  // bytes; -1: not known, as of object storage
    std::int64_t FreeSpace = -1;
    RepositoryKind Kind = RepositoryKind::LinuxLocal;
};
struct Repositories : List<Repository> {};

// Makes or opens a restic repository in a directory.
struct RepositorySpec {
    Text<1, 50> Name;
    std::optional<std::string> Description;
    Text<1, 4096> Path;  // absolute
    Text<1, 1024> Password;
};

}  // namespace holdfast::api
