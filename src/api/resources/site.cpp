#include "api/resources/site.hpp"

#include "catalog/backup_sessions.hpp"
#include "catalog/jobs.hpp"
#include "catalog/managed_servers.hpp"
#include "catalog/repositories.hpp"
#include "catalog/restore_points.hpp"

namespace holdfast::api {
namespace {

// What is remembered of `id`; found out by `find` (a record, or nothing) and `pick` (the facts in it) the
// first time.
template <typename Map, typename Find, typename Pick>
const auto& remember(Map& memory, const Uuid& id, Find find, Pick pick) {
    auto known = memory.find(id);
    if (known == memory.end()) {
        typename Map::mapped_type facts;
        if (auto record = find(id)) facts = pick(*record);
        known = memory.emplace(id, std::move(facts)).first;
    }
    return known->second;
}

}  // namespace

Link Site::server_link() const {
    return links_.link("Up", "/backupServers/" + server_.id.to_string(), "BackupServerReference",
                       server_.name);
}

const std::optional<Site::RepositoryFacts>& Site::repository(const Uuid& id) {
    return remember(
        repositories_, id, [&](const Uuid& wanted) { return catalog::Repositories(database_).find(wanted); },
        [](const auto& record) { return RepositoryFacts{record.name, record.path}; });
}

const std::optional<std::string>& Site::backup_name(const Uuid& id) {
    return remember(
        backups_, id,
        [&](const Uuid& wanted) { return catalog::RestorePoints(database_).find_backup(wanted); },
        [](const auto& record) { return record.name; });
}

const std::optional<Timestamp>& Site::restore_point_time(const Uuid& id) {
    return remember(
        restore_points_, id,
        [&](const Uuid& wanted) { return catalog::RestorePoints(database_).find(wanted); },
        [](const auto& record) { return record.created; });
}

const std::optional<Timestamp>& Site::vm_point_time(const Uuid& id) {
    return remember(
        vm_points_, id,
        [&](const Uuid& wanted) { return catalog::RestorePoints(database_).find_vm_point(wanted); },
        [](const auto& record) { return record.created; });
}

const std::optional<Site::SessionFacts>& Site::session(const Uuid& id) {
    return remember(
        sessions_, id, [&](const Uuid& wanted) { return catalog::BackupSessions(database_).find(wanted); },
        [](const auto& record) { return SessionFacts{record.job_name, record.created}; });
}

const std::optional<std::string>& Site::job_name(const Uuid& id) {
    return remember(
        jobs_, id, [&](const Uuid& wanted) { return catalog::Jobs(database_).find(wanted); },
        [](const auto& record) { return record.name; });
}

Uuid Site::hierarchy_root(const Uuid& server) {
    return remember(
               roots_, server,
               [&](const Uuid& wanted) { return catalog::ManagedServers(database_).find(wanted); },
               [](const auto& record) { return record.hierarchy_root; })
        .value_or(Uuid());
}

}  // namespace holdfast::api
