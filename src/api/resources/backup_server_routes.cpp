#include "api/resources/backup_server_routes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/resources/handler.hpp"
#include "api/resources/other_server_routes.hpp"
#include "api/resources/storage_form.hpp"
#include "api/types/backup_server_spec.hpp"
#include "protection/collector.hpp"
#include "protection/expiry.hpp"

namespace holdfast::api {
namespace {

constexpr std::size_t most_machines = 100;
constexpr std::size_t most_failures_told = 10;

// The machine that a request names, if the caller sees it; whether it is there, its host tells later.
MachineReference visible_machine(catalog::Visibility& visibility, const std::string& text) {
    auto reference = parse_machine_reference(text);
    if (!visibility.machine(reference.hierarchy_root, reference.domain))
        throw Error(ErrorKind::not_found, fmt::format("There is no machine {}", text));
    return reference;
}

TaskOutcome session_outcome(const Services& services, const Uuid& id) {
    auto session = require(catalog::BackupSessions(services.database).find(id), "backup session", id);
    return {.message = fmt::format("The backup of \"{}\" was started.", session.job_name),
            .links = {{"Related", "/backupSessions/" + id.to_string() + "?format=Entity", "BackupJobSession",
                       session.job_name}}};
}

Answer quick_backup(const Services& services, const Call& call) {
    require_this_server(services, call);
    auto spec = call.body<QuickBackupStartupSpec>();
    auto visibility = services.visibility(call);
    auto reference = visible_machine(visibility, spec.VmRef);
    return services.start_task(call, "QuickBackup", [&services, reference](std::stop_token) {
        auto machine = services.hosts.find_machine(reference.hierarchy_root, reference.domain);
        return session_outcome(services, services.backups.start_quick(machine));
    });
}

protection::KeepingTime keeping_time(FreeBackupRetention word) {
    switch (word) {
        case FreeBackupRetention::Never:
            break;
        case FreeBackupRetention::Tonight:
            return {.nights = 1};
        case FreeBackupRetention::TomorrowNight:
            return {.nights = 2};
        case FreeBackupRetention::In3days:
            return {.days = 3};
        case FreeBackupRetention::In1Week:
            return {.days = 7};
        case FreeBackupRetention::In2Weeks:
            return {.days = 14};
        case FreeBackupRetention::In1Month:
            return {.months = 1};
        case FreeBackupRetention::In3Months:
            return {.months = 3};
        case FreeBackupRetention::In6Months:
            return {.months = 6};
        case FreeBackupRetention::In1Year:
            return {.months = 12};
        case FreeBackupRetention::In2Years:
            return {.months = 24};
        case FreeBackupRetention::In3Years:
            return {.months = 36};
        case FreeBackupRetention::In5Years:
            return {.months = 60};
        case FreeBackupRetention::In7Years:
            return {.months = 84};
    }
    return {};
}

std::optional<Timestamp> expiry_of(const VeeamZipStartupSpec& spec) {
    if (spec.BackupRetention == FreeBackupRetention::Never) return std::nullopt;
    return protection::expiry(keeping_time(spec.BackupRetention), now());
}

std::vector<MachineReference> visible_machines(const Services& services, const Call& call,
                                               const VeeamZipStartupSpec& spec) {
    if (spec.VmRef.empty()) throw Error(ErrorKind::invalid_input, "VeeamZipStartupSpec names no VmRef");
    if (spec.VmRef.size() > most_machines)
        throw Error(ErrorKind::too_large, fmt::format("{} machines are named, {} are allowed at a time",
                                                      spec.VmRef.size(), most_machines));
    auto visibility = services.visibility(call);
    std::vector<MachineReference> references;
    for (const auto& text : spec.VmRef) {
        auto reference = visible_machine(visibility, text);
        for (const auto& other : references)
            if (other.hierarchy_root == reference.hierarchy_root && other.domain == reference.domain)
                throw Error(ErrorKind::invalid_input,
                            fmt::format("The machine {} is named twice", std::string(text)));
        references.push_back(reference);
    }
    return references;
}

Uuid repository_of(const Services& services, const VeeamZipStartupSpec& spec) {
    auto id = parse_urn_or_id(std::string(spec.RepositoryUid));
    if (!id || !catalog::Repositories(services.database).find(*id))
        throw Error(ErrorKind::invalid_input,
                    fmt::format("RepositoryUid {} names no repository", std::string(spec.RepositoryUid)))
            .advise("Take it from GET /api/repositories.");
    return *id;
}

Answer veeam_zip(const Services& services, const Call& call) {
    require_this_server(services, call);
    auto spec = call.body<VeeamZipStartupSpec>();
    refuse_own_password(spec.PasswordKeyId);
    auto references = visible_machines(services, call, spec);
    protection::ZipRequest request{.repository = repository_of(services, spec),
                                   .expires = expiry_of(spec),
                                   .compression = compression_level(spec.CompressionLevel)};
    if (spec.DisableGuestQuiescence.value_or(false)) request.guest.mode = catalog::VssSnapshotMode::Disabled;
    return services.start_task(call, "VeeamZip", [&services, references, request](std::stop_token) mutable {
        for (const auto& reference : references)
            request.machines.push_back(
                services.hosts.find_machine(reference.hierarchy_root, reference.domain));
        return session_outcome(services, services.backups.start_zip(request));
    });
}

std::string describe(const protection::Collected& collected) {
    auto told = collected.failures;
    if (told.size() > most_failures_told) {
        told.resize(most_failures_told);
        told.push_back(fmt::format("and {} more", collected.failures.size() - told.size()));
    }
    return fmt::format("Collected {} hosts with {} machines, and {} repositories.{}{}", collected.hosts,
                       collected.machines, collected.repositories,
                       told.empty() ? "" : " No answer: ", fmt::join(told, "; "));
}

// What there is, and scopes of other accounts, is not for those who see some machines only.
std::string describe_for(const catalog::Viewer& viewer, const protection::Collected& collected) {
    if (viewer.sees_all) return describe(collected);
    return collected.failures.empty() ? "Collected." : "Collected, but some did not answer.";
}

Answer collect(const Services& services, const Call& call) {
    if (call.id() != services.server.id) return collect_other_server(services, call);
    auto work = [&services, viewer = services.viewer(call)](std::stop_token stop) {
        auto collected = protection::collect(services.database, services.hosts, services.repositories,
                                             services.scopes, stop);
        auto told = describe_for(viewer, collected);
        if (!collected.failures.empty()) throw Error(ErrorKind::unavailable, told);
        return TaskOutcome{.message = told};
    };
    return services.start_task(call, "CollectingBackupServer", work);
}

}  // namespace

std::vector<Route> backup_server_routes(const Services& services) {
    auto bound = [&](auto handler) { return bind_handler(services, handler); };
    return {
        {.method = "POST",
         .path = "/backupServers/{ID}",
         .action = "quickbackup",
         .callers = readers,
         .handler = bound(quick_backup)},
        {.method = "POST",
         .path = "/backupServers/{ID}",
         .action = "veeamzip",
         .callers = readers,
         .handler = bound(veeam_zip)},
        {.method = "POST",
         .path = "/backupServers/{ID}",
         .action = "collect",
         .callers = readers,
         .handler = bound(collect)},
    };
}

}  // namespace holdfast::api
