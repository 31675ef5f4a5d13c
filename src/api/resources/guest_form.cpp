#include "api/resources/guest_form.hpp"

#include "api/resources/index_form.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"

namespace holdfast::api {
namespace {

void refuse_if(bool is_asked, const std::string& name, const std::string& advice) {
    if (is_asked)
        throw Error(ErrorKind::not_supported, "GuestProcessingOptions: " + name + " is not built")
            .advise(advice + " Nothing of the job was changed.");
}

// The guest agent runs commands by itself: no credentials are needed, and what some clients send for none is
// taken.
void refuse_credentials(const std::optional<std::string>& id, const std::string& name) {
    refuse_if(id && !id->empty() && Uuid::parse(*id) != Uuid(), name,
              "Leave it out: the guest agent needs no credentials.");
}

void refuse_databases(const GuestProcessingOptionsType& form) {
    const std::string advice = "Logs of databases are neither backed up nor cut off: leave it out.";
    const auto& sql = form.SqlBackupOptions;
    refuse_if(sql && sql->TransactionLogsProcessing == TransactionLogsProcessing::Backup,
              "SqlBackupOptions with TransactionLogsProcessing Backup", advice);
    const auto& oracle = form.OracleBackupOptions;
    refuse_if(oracle && oracle->BackupLogsEnabled.value_or(false),
              "OracleBackupOptions with BackupLogsEnabled", advice);
    refuse_if(oracle && oracle->ArchivedLogsTruncation.has_value(),
              "OracleBackupOptions with ArchivedLogsTruncation", advice);
    if (oracle) refuse_credentials(oracle->SysdbaCredsId, "OracleBackupOptions with SysdbaCredsId");
}

void refuse_unbuilt(const GuestProcessingOptionsType& form) {
    refuse_databases(form);
    refuse_credentials(form.WindowsCredentialsId, "WindowsCredentialsId");
    refuse_credentials(form.LinuxCredentialsId, "LinuxCredentialsId");
    const auto& files = form.FSFileExcludeOptions;
    auto has_any = [](const std::optional<PathList>& list) { return list && !list->empty(); };
    refuse_if(files && (has_any(files->IncludeList) || has_any(files->ExcludeList)), "FSFileExcludeOptions",
              "Whole disks are backed up: leave it out.");
    refuse_if(form.VssSnapshotOptions && form.VssSnapshotOptions->UsePersistentGuestAgent.value_or(false),
              "VssSnapshotOptions with UsePersistentGuestAgent",
              "The guest agent of the machine itself is used: leave it out.");
}

VssSnapshotMode to_form(catalog::VssSnapshotMode mode) {
    switch (mode) {
        case catalog::VssSnapshotMode::RequireSuccess:
            return VssSnapshotMode::RequireSuccess;
        case catalog::VssSnapshotMode::IgnoreFailures:
            return VssSnapshotMode::IgnoreFailures;
        case catalog::VssSnapshotMode::Disabled:
            break;
    }
    return VssSnapshotMode::Disabled;
}

catalog::VssSnapshotMode from_form(VssSnapshotMode mode) {
    switch (mode) {
        case VssSnapshotMode::RequireSuccess:
            return catalog::VssSnapshotMode::RequireSuccess;
        case VssSnapshotMode::IgnoreFailures:
            return catalog::VssSnapshotMode::IgnoreFailures;
        case VssSnapshotMode::Disabled:
            break;
    }
    return catalog::VssSnapshotMode::Disabled;
}

}  // namespace

GuestProcessingOptionsType to_form(const catalog::GuestProcessing& processing) {
    GuestProcessingOptionsType form;
    auto& options = form.VssSnapshotOptions.emplace();
    options.VssSnapshotMode = to_form(processing.mode);
    options.IsCopyOnly = processing.copy_only;
    options.UsePersistentGuestAgent = false;
    return form;
}

void apply(const GuestProcessingOptionsType& form, catalog::GuestProcessing& processing) {
    refuse_unbuilt(form);
    if (!form.VssSnapshotOptions) return;
    const auto& options = *form.VssSnapshotOptions;
    if (options.VssSnapshotMode) processing.mode = from_form(*options.VssSnapshotMode);
    if (options.IsCopyOnly) processing.copy_only = *options.IsCopyOnly;
}

void refuse_own_indexing(const GuestProcessingOptionsType& form, const catalog::GuestIndexing& of_job) {
    auto asked = of_job;
    apply_indexing(form, asked);
    refuse_if(asked != of_job, "indexing of a machine that is another than its job's",
              "Choose it for the whole job.");
}

std::optional<catalog::GuestProcessing> guest_of_new_object(const CreateObjectInJobSpec& spec,
                                                            const catalog::Job& job) {
    if (!spec.GuestProcessingOptions) return std::nullopt;
    refuse_own_indexing(*spec.GuestProcessingOptions, job.indexing);
    auto processing = job.guest;
    apply(*spec.GuestProcessingOptions, processing);
    if (processing == job.guest) return std::nullopt;
    return processing;
}

}  // namespace holdfast::api
