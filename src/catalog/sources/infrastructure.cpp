// Servers and repositories: whoever may list them at all sees all of them.
#include "catalog/sources.hpp"
#include "catalog/sources/fields.hpp"

namespace holdfast::catalog {
namespace {

ManagedServer read_server(const Row& row) {
    return {row.id("id"),    row.id("hierarchy_root_id"), row.text("name"), row.text("description"),
            row.text("uri"), row.text("host_id")};
}

// A managed server is a hierarchy root too, under another id.
RecordSource<ManagedServer> server_source() {
    RecordSource<ManagedServer> source;
    source.columns = "h.id, h.hierarchy_root_id, h.name, h.description, h.uri, h.host_id";
    source.table = "managed_servers h";
    source.id = "h.id";
    source.created = "h.created_at";
    source.read = read_server;
    return source;
}

}  // namespace

// This installation, which is in no table, and the others. It is the oldest: every list begins with it.
const RecordSource<BackupServer>& backup_server_source() {
    static const auto source = [] {
        RecordSource<BackupServer> made;
        made.name = "BackupServer";
        made.columns =
            "b.id, b.name, b.description, b.port, b.fingerprint, b.version, b.is_this, b.collected_at,"
            " b.failure";
        made.table =
            "(SELECT CAST(:here_id AS TEXT) AS id, CAST(:here_name AS TEXT) AS name,"
            " CAST('Holdfast' AS TEXT) AS description, CAST(:here_name AS TEXT) AS address,"
            " CAST(:here_port AS BIGINT) AS port, CAST('' AS TEXT) AS fingerprint,"
            " CAST(:here_version AS TEXT) AS version, 1 AS is_this, CAST(0 AS BIGINT) AS created_at,"
            " CAST(NULL AS BIGINT) AS collected_at, CAST('' AS TEXT) AS failure"
            " UNION ALL SELECT id, name, description, address, CAST(port AS BIGINT), fingerprint, version, 0,"
            " created_at, collected_at, failure FROM backup_servers) b";
        made.id = "b.id";
        made.created = "b.created_at";
        made.fields = {fields::id("UID", "b.id"),
                       fields::text("Name", "b.name"),
                       fields::text("Description", "b.description"),
                       fields::text("IpOrDnsName", "b.address"),
                       fields::number("Port", "b.port"),
                       fields::text("Version", "b.version")};
        made.read = [](const Row& row) {
            return BackupServer{.id = row.id("id"),
                                .name = row.text("name"),
                                .description = row.text("description"),
                                .port = static_cast<std::uint16_t>(row.number("port")),
                                .fingerprint = row.text("fingerprint"),
                                .version = row.text("version"),
                                .collected = row.optional_time("collected_at"),
                                .failure = row.text("failure"),
                                .is_this = row.flag("is_this")};
        };
        return made;
    }();
    return source;
}

const RecordSource<ManagedServer>& managed_server_source() {
    static const auto source = [] {
        auto made = server_source();
        made.name = "ManagedServer";
        made.of_others = peer_managed_server_source;
        made.fields = {fields::id("UID", "h.id"), fields::text("Name", "h.name"),
                       fields::text("Description", "h.description"),
                       fields::choice("ManagedServerType", "'Linux'",
                                      {"ESX",
                                       "VC",
                                       "Linux",
                                       "Local",
                                       "Windows",
                                       "ESXi",
                                       "HvServer",
                                       "HvCluster",
                                       "Scvmm",
                                       "BackupServer",
                                       "SanHost",
                                       "SmbServer",
                                       "SmbCluster",
                                       "VcdSystem",
                                       "Cloud",
                                       "AzureWinServer",
                                       "VmSnapshotStorageHost",
                                       "ConfigurationService",
                                       "ExternalInfrastructureProxy",
                                       "NdmpServer",
                                       "ExternalInfrastructureServer"})};
        return made;
    }();
    return source;
}

const RecordSource<ManagedServer>& hierarchy_root_source() {
    static const auto source = [] {
        auto made = server_source();
        made.name = "HierarchyRoot";
        // Machines are looked up on hosts of this server only: those of others are not offered for it.
        made.fields = {
            fields::id("UID", "h.hierarchy_root_id"), fields::text("Name", "h.name"),
            fields::text("UniqueId", "h.host_id"),
            // KVM is ours, the last of them.
            fields::choice("HostType", "'KVM'",
                           {"ESX", "VC", "ESXi", "HvServer", "HvCluster", "Scvmm", "VcdSystem", "KVM"}),
            fields::server_id(), fields::server_name()};
        return made;
    }();
    return source;
}

const RecordSource<Repository>& repository_source() {
    static const auto source = [] {
        RecordSource<Repository> made;
        made.name = "Repository";
        made.columns =
            "r.id, r.name, r.description, r.path, r.restic_id, r.sealed_password, r.capacity, r.free_space";
        made.table = "repositories r";
        made.of_others = peer_repository_source;
        made.id = "r.id";
        made.created = "r.created_at";
        made.fields = {fields::id("UID", "r.id"),
                       fields::text("Name", "r.name"),
                       fields::number("FreeSpace", "r.free_space"),
                       fields::number("Capacity", "r.capacity"),
                       fields::server_id(),
                       fields::server_name()};
        made.read = [](const Row& row) {
            return Repository{row.id("id"),           row.text("name"),        row.text("description"),
                              row.text("path"),       row.text("restic_id"),   row.text("sealed_password"),
                              row.number("capacity"), row.number("free_space")};
        };
        return made;
    }();
    return source;
}

}  // namespace holdfast::catalog
