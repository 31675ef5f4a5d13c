// Words that jobs, backups and sessions share.
#pragma once

namespace holdfast::api {

// Both spellings of Hyper-V are on the wire. Ours is CustomPlatform.
enum class Platform { VMware, Hyperv, HyperV, vCloud, AgentForLinux, AgentForWindows, CustomPlatform };

enum class JobType {
    Backup,
    BackupCopy,
    ImmediateBackupCopy,
    ImmediateBackupCopyWorker,
    Replica,
    AgentBackup,
    AgentManagement,
    NasBackup
};

}  // namespace holdfast::api
