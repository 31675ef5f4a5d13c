#include "api/resources/repository_upkeep_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "api/resources/entity_form.hpp"
#include "api/resources/handler.hpp"
#include "api/types/repository_upkeep.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/repositories.hpp"
#include "protection/repository_upkeep.hpp"

namespace holdfast::api {
namespace {

catalog::Repository find_repository(const Services& services, const Call& call) {
    return require(catalog::Repositories(services.database).find(call.id()), "repository", call.id());
}

std::string path_of(const Uuid& repository) {
    return at("/repositories", repository);
}

TaskLink link_to(const catalog::Repository& repository) {
    return {"Related", path_of(repository.id) + "?format=Entity", "Repository", repository.name};
}

// Sums that an int64 does not hold are told as its largest.
std::int64_t to_signed(std::uint64_t count) {
    return static_cast<std::int64_t>(
        std::min(count, static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())));
}

RepositoryStatistics represent(const protection::RepositoryFigures& figures, const Uuid& repository,
                               Site& site) {
    auto path = path_of(repository);
    RepositoryStatistics statistics;
    statistics.Href = site.links().href(path + "/statistics");
    statistics.Type = "RepositoryStatistics";
    statistics.Links = LinkList{site.links().link("Up", path + "?format=Entity", "Repository")};
    statistics.Snapshots = to_signed(figures.files.snapshots);
    statistics.Packs = to_signed(figures.files.packs);
    statistics.StoredSize = to_signed(figures.files.stored_bytes);
    if (!figures.content) return statistics;
    const auto& content = figures.content->content;
    statistics.CountedTimeUTC = figures.content->counted;
    statistics.Files = to_signed(content.files);
    statistics.RestoreSize = to_signed(content.restore_bytes);
    statistics.DataBlobs = to_signed(content.data_blobs);
    statistics.TreeBlobs = to_signed(content.tree_blobs);
    statistics.UniqueSize = to_signed(content.uncompressed_bytes);
    return statistics;
}

RepositoryKey represent(const repository::RepositoryKey& key, const Uuid& repository, Site& site) {
    auto path = path_of(repository) + "/keys/" + key.id;
    RepositoryKey resource;
    resource.Href = site.links().href(path);
    resource.Type = "RepositoryKey";
    if (!key.is_current) resource.Links = LinkList{site.links().link("Delete", path, "RepositoryKey")};
    resource.Id = key.id;
    resource.CreationTimeUTC = key.created;
    resource.UserName = key.username;
    resource.HostName = key.hostname;
    resource.IsCurrent = key.is_current;
    return resource;
}

Answer check(const Services& services, const Call& call) {
    auto record = find_repository(services, call);
    auto spec = call.body_or_default<RepositoryCheckSpec>();
    auto depth =
        spec.ReadData.value_or(false) ? repository::CheckDepth::all_data : repository::CheckDepth::structure;
    return services.start_task(call, "CheckRepository", [&services, record, depth](std::stop_token stop) {
        auto checked = services.upkeep.check(record.id, depth, stop);
        if (!checked.problems.empty())
            throw Error(ErrorKind::corrupt,
                        fmt::format("The repository {} is damaged. Problems: {}, the first: {}", record.name,
                                    checked.problems.size(), checked.problems.front()))
                .advise(
                    "The system session tells all. `holdfast repository check --repair` makes indexes anew; "
                    "a new backup brings back what still exists at its source.");
        return TaskOutcome{.message = fmt::format("No problem was found in {}. Packs: {}, blobs: {}.",
                                                  record.name, checked.checked_packs, checked.checked_blobs),
                           .links = {link_to(record)}};
    });
}

Answer prune(const Services& services, const Call& call) {
    auto record = find_repository(services, call);
    return services.start_task(call, "PruneRepository", [&services, record](std::stop_token stop) {
        auto pruned = services.upkeep.prune(record.id, stop);
        return TaskOutcome{
            .message = fmt::format("{} were freed in {}.", format_bytes(pruned.freed_bytes), record.name),
            .links = {link_to(record)}};
    });
}

Answer take_statistics(const Services& services, const Call& call) {
    auto record = find_repository(services, call);
    return services.start_task(call, "CountRepository", [&services, record](std::stop_token stop) {
        services.upkeep.count_content(record.id, stop);
        return TaskOutcome{
            .message = fmt::format("What is in {} was counted.", record.name),
            .links = {{"Related", path_of(record.id) + "/statistics", "RepositoryStatistics", record.name}}};
    });
}

Answer get_statistics(const Services& services, const Call& call) {
    auto record = find_repository(services, call);
    auto site = services.site(call);
    return ok(represent(services.upkeep.figures(record.id), record.id, site));
}

Answer list_keys(const Services& services, const Call& call) {
    auto record = find_repository(services, call);
    auto site = services.site(call);
    RepositoryKeys keys;
    for (const auto& key : services.upkeep.keys(record.id))
        keys.items.push_back(represent(key, record.id, site));
    return ok(std::move(keys));
}

Answer add_key(const Services& services, const Call& call) {
    auto record = find_repository(services, call);
    auto spec = call.body<RepositoryPasswordSpec>();
    auto site = services.site(call);
    return created(represent(services.upkeep.add_key(record.id, spec.Password), record.id, site));
}

Answer remove_key(const Services& services, const Call& call) {
    auto record = find_repository(services, call);
    services.upkeep.remove_key(record.id, call.text(1));
    return no_content();
}

Answer change_password(const Services& services, const Call& call) {
    auto record = find_repository(services, call);
    auto spec = call.body<RepositoryPasswordSpec>();
    return services.start_task(
        call, "ChangeRepositoryPassword",
        [&services, record, password = std::string(spec.Password)](std::stop_token) {
            auto changed = services.upkeep.change_password(record.id, password);
            return TaskOutcome{
                .message = fmt::format(
                    "The password of {} was changed. {}", record.name,
                    changed.old_stays.empty() ? "The old one does not open it any more." : changed.old_stays),
                .links = {link_to(record)}};
        });
}

}  // namespace

std::vector<Route> repository_upkeep_routes(const Services& services) {
    auto row = rows_for(services, Callers::administrators());
    return {
        row("POST", "/repositories/{ID}", "check", check),
        row("POST", "/repositories/{ID}", "prune", prune),
        row("POST", "/repositories/{ID}", "statistics", take_statistics),
        row("GET", "/repositories/{ID}/statistics", "", get_statistics),
        row("GET", "/repositories/{ID}/keys", "", list_keys),
        row("POST", "/repositories/{ID}/keys", "", add_key),
        row("DELETE", "/repositories/{ID}/keys/{key}", "", remove_key),
        row("PUT", "/repositories/{ID}/password", "", change_password),
    };
}

}  // namespace holdfast::api
