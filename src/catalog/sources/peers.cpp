// What was collected of other servers, type by type: the fields are those of what this server has, over the
// columns of one table. Seen by whoever sees everything; the scopes of the others do not tell whose their
// machines are.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "catalog/peer_objects.hpp"
#include "catalog/sources.hpp"
#include "catalog/sources/fields.hpp"

namespace holdfast::catalog {
namespace {

using Columns = std::map<std::string_view, std::string>;

// The SQL of those that are in `columns` by name; what is the same for all records stays as it is.
std::vector<Field> fields_over(const std::vector<Field>& fields, const Columns& columns) {
    auto made = fields;
    for (auto& field : made) {
        auto found = columns.find(field.name);
        if (found == columns.end()) continue;
        field.sql = found->second;
        if (!field.column.empty()) field.column = field.sql;
        if (field.name_part.empty()) continue;
        field.name_part = fmt::format("{} || '@'", found->second);
        field.time_part = "o.created_at";
        field.sql = field.name_part + " || time_to_seconds(o.created_at)";
    }
    return made;
}

// `own`: the table and the column of ids of what this server has of the type; that hides what others have
// under the same id.
RecordSource<PeerRecord> source_over(const Source& here, std::string_view own_table, std::string_view own_id,
                                     Columns columns) {
    RecordSource<PeerRecord> made;
    made.name = here.name;
    made.columns = "o.id AS id, o.server_id AS server_id, o.entity AS entity";
    made.table = fmt::format(
        "(SELECT p.* FROM peer_objects p WHERE p.kind = '{}' AND NOT EXISTS"
        " (SELECT 1 FROM {} l WHERE l.{} = p.id)) o",
        here.name, own_table, own_id);
    made.joins = {{"s", "LEFT JOIN backup_servers s ON s.id = o.server_id"}};
    made.id = "o.id";
    made.created = "o.created_at";
    made.is_long = here.is_long;
    made.visible = "1 = 0";
    columns.insert({{"UID", "o.id"},
                    {"Name", "o.name"},
                    {"Description", "o.description"},
                    {"CreationTime", "o.created_at"},
                    {"JobUid", "o.job_id"},
                    {"JobName", "o.job_name"},
                    {"BackupServerUid", "o.server_id"},
                    {"BackupServerName", "s.name"}});
    made.fields = fields_over(here.fields, columns);
    made.parents = {{"server", "o.server_id"},
                    {"job", "o.job_id"},
                    {"repository", "o.repository_id"},
                    {"backup", "o.backup_id"}};
    made.read = [](const Row& row) {
        return PeerRecord{row.id("id"), row.id("server_id"), row.text("entity")};
    };
    return made;
}

}  // namespace

const RecordSource<PeerRecord>& peer_job_source() {
    static const auto source =
        source_over(job_source(), "jobs", "id",
                    {{"JobType", "o.job_type"},
                     {"NextRun", "CASE WHEN o.schedule_enabled = 1 THEN o.next_run END"},
                     {"ScheduleConfigured", "o.schedule_configured"},
                     {"ScheduleEnabled", "o.schedule_enabled"}});
    return source;
}

const RecordSource<PeerRecord>& peer_repository_source() {
    static const auto source = source_over(repository_source(), "repositories", "id",
                                           {{"FreeSpace", "o.free_space"}, {"Capacity", "o.capacity"}});
    return source;
}

const RecordSource<PeerRecord>& peer_managed_server_source() {
    static const auto source = source_over(managed_server_source(), "managed_servers", "id", {});
    return source;
}

const RecordSource<PeerRecord>& peer_backup_source() {
    static const auto source =
        source_over(backup_source(), "backups", "id",
                    {{"RepositoryUid", "o.repository_id"}, {"RepositoryName", "o.repository_name"}});
    return source;
}

const RecordSource<PeerRecord>& peer_restore_point_source() {
    static const auto source = source_over(restore_point_source(), "restore_points", "id",
                                           {{"Name", "time_in_full(o.created_at)"},
                                            {"BackupUid", "o.backup_id"},
                                            {"BackupName", "o.backup_name"}});
    return source;
}

const RecordSource<PeerRecord>& peer_backup_session_source() {
    static const auto source = source_over(backup_session_source(), "backup_sessions", "id",
                                           {{"Name", "o.job_name"},
                                            {"JobType", "o.job_type"},
                                            {"EndTime", fields::end_time("o.ended_at").sql},
                                            {"State", "o.state"},
                                            {"Result", "o.result"},
                                            {"IsRetry", "o.is_retry"}});
    return source;
}

const RecordSource<PeerRecord>* peer_source(std::string_view kind) {
    for (const auto* source :
         {&peer_job_source(), &peer_repository_source(), &peer_managed_server_source(), &peer_backup_source(),
          &peer_restore_point_source(), &peer_backup_session_source()})
        if (source->name == kind) return source;
    return nullptr;
}

}  // namespace holdfast::catalog
