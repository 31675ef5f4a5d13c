#include "api/resources/infrastructure_routes.hpp"

#include <fmt/format.h>

#include "api/resources/handler.hpp"
#include "api/resources/other_server_routes.hpp"

namespace holdfast::api {
namespace {

Answer list_managed_servers(const Services& services, const Call& call) {
    return list_of<ManagedServers>(services, call, catalog::managed_server_source());
}

// Of this server alone: without what others have.
catalog::Selection selection_here(const Services& services, const Call& call) {
    auto selection = services.selection(call);
    selection.viewer.sees_others = false;
    return selection;
}

Answer list_managed_servers_of(const Services& services, const Call& call) {
    if (auto listed = list_of_other_server(services, call, "ManagedServer")) return std::move(*listed);
    return list_of<ManagedServers>(services, call, catalog::managed_server_source(),
                                   selection_here(services, call));
}

Answer get_managed_server(const Services& services, const Call& call) {
    auto site = services.site(call);
    auto record =
        require(catalog::ManagedServers(services.database).find(call.id()), "managed server", call.id());
    return one(call, represent(record, site));
}

Answer add_managed_server(const Services& services, const Call& call) {
    auto spec = call.body<ManagedServerSpec>();
    auto name = spec.Name ? std::string(*spec.Name) : std::string();
    return services.start_task(
        call, "CreateManagedServer",
        [&services, name, description = spec.Description.value_or(""),
         uri = std::string(spec.Uri)](std::stop_token) {
            auto server = services.hosts.add(name, description, uri);
            return TaskOutcome{
                .message = fmt::format("The host {} was added.", server.name),
                .links = {{"Related", "/managedServers/" + server.id.to_string() + "?format=Entity",
                           "ManagedServer", server.name}}};
        });
}

Answer delete_managed_server(const Services& services, const Call& call) {
    auto record =
        require(catalog::ManagedServers(services.database).find(call.id()), "managed server", call.id());
    return services.start_task(call, "DeleteManagedServer", [&services, record](std::stop_token) {
        services.hosts.remove(record.id);
        return TaskOutcome{.message =
                               fmt::format("The host {} was removed; its backups are kept.", record.name)};
    });
}

Answer list_hierarchy_roots(const Services& services, const Call& call) {
    return list_of<HierarchyRoots>(services, call, catalog::hierarchy_root_source(), services.selection(call),
                                   represent_root);
}

Answer get_hierarchy_root(const Services& services, const Call& call) {
    auto site = services.site(call);
    auto record = require(catalog::ManagedServers(services.database).find_by_hierarchy_root(call.id()),
                          "hierarchy root", call.id());
    return one(call, represent_root(record, site));
}

Answer list_repositories(const Services& services, const Call& call) {
    return list_of<Repositories>(services, call, catalog::repository_source());
}

Answer list_repositories_of(const Services& services, const Call& call) {
    if (auto listed = list_of_other_server(services, call, "Repository")) return std::move(*listed);
    return list_of<Repositories>(services, call, catalog::repository_source(),
                                 selection_here(services, call));
}

Answer get_repository(const Services& services, const Call& call) {
    auto site = services.site(call);
    return one(call, represent(require(catalog::Repositories(services.database).find(call.id()), "repository",
                                       call.id()),
                               site));
}

Answer list_backups_in_repository(const Services& services, const Call& call) {
    require(catalog::Repositories(services.database).find(call.id()), "repository", call.id());
    return list_of<Backups>(services, call, catalog::backup_source(),
                            services.selection_in(call, "repository", call.id()));
}

Answer add_repository(const Services& services, const Call& call) {
    auto spec = call.body<RepositorySpec>();
    protection::OpenRepositories::check_path(spec.Path);
    return services.start_task(call, "CreateRepository", [&services, spec](std::stop_token) {
        auto repository =
            services.repositories.add(spec.Name, spec.Description.value_or(""), spec.Path, spec.Password);
        return TaskOutcome{
            .message = fmt::format("The repository {} was added.", repository.name),
            .links = {{"Related", "/repositories/" + repository.id.to_string() + "?format=Entity",
                       "Repository", repository.name}}};
    });
}

Answer delete_repository(const Services& services, const Call& call) {
    auto record = require(catalog::Repositories(services.database).find(call.id()), "repository", call.id());
    return services.start_task(call, "DeleteRepository", [&services, record](std::stop_token) {
        services.repositories.remove(record.id);
        return TaskOutcome{.message = fmt::format("The repository {} was removed; its data stays in {}.",
                                                  record.name, record.path)};
    });
}

Answer list_jobs_of(const Services& services, const Call& call) {
    if (auto listed = list_of_other_server(services, call, "Job")) return std::move(*listed);
    return list_of<Jobs>(services, call, catalog::job_source(), selection_here(services, call));
}

}  // namespace

std::vector<Route> infrastructure_routes(const Services& services) {
    auto bound = [&](auto handler) { return bind_handler(services, handler); };
    constexpr auto administrators = Callers::administrators();
    return {
        {.method = "GET",
         .path = "/backupServers/{ID}/jobs",
         .callers = administrators,
         .handler = bound(list_jobs_of)},
        {.method = "GET",
         .path = "/backupServers/{ID}/managedServers",
         .callers = readers,
         .handler = bound(list_managed_servers_of)},
        {.method = "GET",
         .path = "/backupServers/{ID}/repositories",
         .callers = readers,
         .handler = bound(list_repositories_of)},
        {.method = "GET",
         .path = "/managedServers",
         .callers = readers,
         .handler = bound(list_managed_servers)},
        {.method = "POST",
         .path = "/managedServers",
         .callers = administrators,
         .handler = bound(add_managed_server)},
        {.method = "GET",
         .path = "/managedServers/{ID}",
         .callers = readers,
         .handler = bound(get_managed_server)},
        {.method = "DELETE",
         .path = "/managedServers/{ID}",
         .callers = administrators,
         .handler = bound(delete_managed_server)},
        {.method = "GET",
         .path = "/hierarchyRoots",
         .callers = readers,
         .handler = bound(list_hierarchy_roots)},
        {.method = "GET",
         .path = "/hierarchyRoots/{ID}",
         .callers = readers,
         .handler = bound(get_hierarchy_root)},
        {.method = "GET", .path = "/repositories", .callers = readers, .handler = bound(list_repositories)},
        {.method = "POST",
         .path = "/repositories",
         .callers = administrators,
         .handler = bound(add_repository)},
        {.method = "GET", .path = "/repositories/{ID}", .callers = readers, .handler = bound(get_repository)},
        {.method = "DELETE",
         .path = "/repositories/{ID}",
         .callers = administrators,
         .handler = bound(delete_repository)},
        {.method = "GET",
         .path = "/repositories/{ID}/backups",
         .callers = readers,
         .handler = bound(list_backups_in_repository)},
    };
}

}  // namespace holdfast::api
