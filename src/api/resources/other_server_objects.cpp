#include "api/resources/other_server_objects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "api/resources/entity_form.hpp"
#include "api/types/backup.hpp"
#include "api/types/infrastructure.hpp"
#include "api/types/job.hpp"
#include "api/types/session.hpp"
#include "base/error.hpp"

namespace holdfast::api {
namespace {

constexpr std::size_t longest_entity = std::size_t{1} << 20;
constexpr std::size_t longest_name = 1024;
constexpr std::size_t longest_href = 512;
constexpr std::size_t longest_word = 100;
constexpr std::size_t most_links = 50;

constexpr auto kinds = std::to_array<PeerKind>({{"Repository", "repositories", "Repositories"},
                                                {"ManagedServer", "managedServers", "ManagedServers"},
                                                {"Job", "jobs", "Jobs"},
                                                {"Backup", "backups", "Backups"},
                                                {"RestorePoint", "restorePoints", "RestorePoints"},
                                                {"BackupJobSession", "backupSessions", "BackupJobSessions"}});

// What is answered here below one of them: "/jobs/<guid>/backupSessions", and which actions are passed on.
constexpr auto served =
    std::to_array<std::pair<std::string_view, std::string_view>>({{"jobs", "/backupSessions"},
                                                                  {"repositories", "/backups"},
                                                                  {"backups", "/restorePoints"},
                                                                  {"jobs", "?action=start"},
                                                                  {"jobs", "?action=stop"},
                                                                  {"jobs", "?action=retry"},
                                                                  {"jobs", "?action=toggleScheduleEnabled"},
                                                                  {"backupSessions", "?action=stop"}});

// Links to what is changed by the other server only are left out.
constexpr auto kept_links = std::to_array<std::string_view>(
    {"Up", "Alternate", "Down", "Related", "Start", "Stop", "Retry", "ToggleScheduleEnabled"});

Error refuse(const PeerKind& kind, std::string_view why) {
    return Error(ErrorKind::invalid_input, fmt::format("The {} cannot be one: {}", kind.name, why));
}

std::vector<Link> links_here(const PeerKind& kind, const LinkList& links) {
    if (links.size() > most_links) throw refuse(kind, "it has too many links");
    std::vector<Link> kept;
    for (const auto& link : links) {
        const std::string& rel = link.Rel;
        auto path = path_here(link.Href);
        if (!path || std::ranges::find(kept_links, rel) == kept_links.end()) continue;
        std::optional<std::string> type = link.Type;
        std::optional<std::string> name = link.Name;
        if (type.value_or("").size() > longest_word || name.value_or("").size() > longest_name) continue;
        kept.emplace_back(rel, *path, type, name);
    }
    return kept;
}

struct Parent {
    std::optional<Uuid> id;
    std::string name;
};

// What "Up" leads to in that collection.
Parent parent_in(const LinkList& links, std::string_view collection) {
    auto begin = fmt::format("/{}/", collection);
    for (const auto& link : links) {
        const std::string& href = link.Href;
        if (link.Rel != std::string("Up") || !href.starts_with(begin)) continue;
        std::optional<std::string> name = link.Name;
        return {Uuid::parse(std::string_view(href).substr(begin.size(), 36)), name.value_or("")};
    }
    return {};
}

// What is written for an enumeration is its word.
template <typename E>
std::string word(E value, std::initializer_list<std::string_view> words) {
    auto index = static_cast<std::size_t>(value);
    return index < words.size() ? std::string(words.begin()[index]) : std::string();
}

std::string word(JobType type) {
    return word(type, {"Backup", "BackupCopy", "ImmediateBackupCopy", "ImmediateBackupCopyWorker", "Replica",
                       "AgentBackup", "AgentManagement", "NasBackup"});
}

void note(const Job& job, catalog::PeerObject& object) {
    if (job.JobType) object.job_type = word(*job.JobType);
    object.description = job.Description.value_or("");
    object.schedule_configured = job.ScheduleConfigured.value_or(false);
    object.schedule_enabled = job.ScheduleEnabled.value_or(false);
    object.next_run = job.NextRun;
}
void note(const Repository& repository, catalog::PeerObject& object) {
    object.capacity = repository.Capacity;
    object.free_space = repository.FreeSpace;
}
void note(const ManagedServer& server, catalog::PeerObject& object) {
    object.description = server.Description.value_or("");
}
void note(const Backup& backup, catalog::PeerObject& object) {
    auto repository = parent_in(*backup.Links, "repositories");
    object.repository = repository.id;
    object.repository_name = repository.name;
    object.job_name = object.name;
}
void note(const RestorePoint& point, catalog::PeerObject& object) {
    auto backup = parent_in(*point.Links, "backups");
    object.created = point.BackupDateUTC;
    object.backup = backup.id;
    object.backup_name = backup.name;
}
void note(const BackupJobSession& session, catalog::PeerObject& object) {
    object.created = session.CreationTimeUTC;
    object.job = parse_urn_or_id(session.JobUid);
    object.job_name = session.JobName;
    // One that runs has an end that stands for none.
    if (session.EndTimeUTC && *session.EndTimeUTC >= session.CreationTimeUTC)
        object.ended = session.EndTimeUTC;
    object.state = word(session.State, {"Starting", "Stopping", "Working", "Pausing", "Resuming", "Stopped"});
    object.result = word(session.Result, {"None", "Success", "Warning", "Failed"});
    object.is_retry = session.IsRetry;
    object.job_type = word(session.JobType);
}

// The objects in a job are shown with it, and changed by the other server only.
template <typename T>
void drop_inner_links(T&) {}
void drop_inner_links(Job& job) {
    if (!job.JobInfo || !job.JobInfo->BackupJobInfo || !job.JobInfo->BackupJobInfo->Includes) return;
    for (auto& object : job.JobInfo->BackupJobInfo->Includes->items) {
        object.Links.reset();
        object.Href = std::nullopt;
    }
}

template <typename T>
std::optional<catalog::PeerObject> read_as(const PeerKind& kind, const Uuid& server, std::string_view json) {
    auto entity = from_json<T>(json);
    std::optional<std::string> uid = entity.UID;
    std::optional<std::string> name = entity.Name;
    auto id = uid ? parse_urn_or_id(*uid) : std::nullopt;
    if (!id || id->is_nil()) throw refuse(kind, "it has no UID");
    if (!name || name->empty() || name->size() > longest_name)
        throw refuse(kind, "it has no name, or too long a one");
    auto links = links_here(kind, entity.Links.value_or(LinkList()));
    LinkList kept;
    kept.assign(links.begin(), links.end());
    entity.Links = kept;
    // Of what others told it, it is not the one to ask.
    if (parent_in(kept, "backupServers").id != server) return std::nullopt;
    entity.Type = std::string(kind.name);
    entity.UID = make_urn(std::string(kind.name), *id);
    entity.Href = at("/" + std::string(kind.collection), *id) + "?format=Entity";
    drop_inner_links(entity);
    catalog::PeerObject object{.kind = std::string(kind.name),
                               .id = *id,
                               .server = server,
                               .entity = to_json(entity),
                               .name = *name};
    note(entity, object);
    // PostgreSQL keeps no NUL in a text.
    for (const auto* text :
         {&object.name, &object.description, &object.job_name, &object.repository_name, &object.backup_name})
        if (text->find('\0') != std::string::npos) throw refuse(kind, "a text of it holds a NUL");
    return object;
}

}  // namespace

std::span<const PeerKind> peer_kinds() {
    return kinds;
}

const PeerKind* find_peer_kind(std::string_view collection) {
    const auto* found = std::ranges::find(kinds, collection, &PeerKind::collection);
    return found == kinds.end() ? nullptr : found;
}

std::optional<catalog::PeerObject> read_peer_object(const PeerKind& kind, const Uuid& server,
                                                    std::string_view json) {
    if (json.size() > longest_entity) throw refuse(kind, "it is too long");
    if (kind.name == "Job") return read_as<Job>(kind, server, json);
    if (kind.name == "Repository") return read_as<Repository>(kind, server, json);
    if (kind.name == "ManagedServer") return read_as<ManagedServer>(kind, server, json);
    if (kind.name == "Backup") return read_as<Backup>(kind, server, json);
    if (kind.name == "RestorePoint") return read_as<RestorePoint>(kind, server, json);
    return read_as<BackupJobSession>(kind, server, json);
}

std::optional<std::string> path_here(std::string_view href) {
    constexpr std::string_view api = "/api/";
    constexpr std::size_t id_length = 36;
    auto begin = href.find(api);
    if (begin == std::string_view::npos || href.size() > longest_href) return std::nullopt;
    auto path = href.substr(begin + api.size());
    auto slash = path.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    auto collection = path.substr(0, slash);
    auto id = Uuid::parse(path.substr(slash + 1, id_length));
    if (!id || path.size() < slash + 1 + id_length) return std::nullopt;
    auto rest = path.substr(slash + 1 + id_length);
    bool is_itself = (rest.empty() || rest == "?format=Entity") &&
                     (collection == "backupServers" || find_peer_kind(collection) != nullptr);
    bool is_served = std::ranges::find(served, std::pair(collection, rest)) != served.end();
    if (!is_itself && !is_served) return std::nullopt;
    return fmt::format("/{}/{}{}", collection, id->to_string(), rest);
}

void begin_at(Entity& entity, const Site& site) {
    std::optional<std::string> href = entity.Href;
    entity.Href = site.links().href(href.value_or(""));
    if (!entity.Links) return;
    for (auto& link : *entity.Links) link.Href = site.links().href(std::string(link.Href));
}

}  // namespace holdfast::api
