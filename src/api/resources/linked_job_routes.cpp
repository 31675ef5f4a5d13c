#include "api/resources/linked_job_routes.hpp"

#include <fmt/format.h>

#include "api/resources/handler.hpp"
#include "api/resources/job_routes.hpp"

namespace holdfast::api {
namespace {

// All jobs of this server are backup jobs: none copies from another.
template <typename List>
Answer list_none(const Services& services, const Call& call) {
    find_job(services, call);
    return page_of_resources<List>(call, {}, requested_page(call), 0);
}

Error only_for_copy_jobs(const catalog::Job& job) {
    return Error(ErrorKind::invalid_input,
                 fmt::format("The job {} is a backup job: only a backup copy job can do this", job.name));
}

template <typename Body>
Answer refuse_link(const Services& services, const Call& call) {
    auto job = find_job(services, call);
    call.body<Body>();
    throw only_for_copy_jobs(job).advise("Add a machine to it with POST to its /includes.");
}

Answer find_no_link(const Services& services, const Call& call) {
    auto job = find_job(services, call);
    throw Error(ErrorKind::not_found, fmt::format("The job {} is linked to nothing of the id {}", job.name,
                                                  call.id(1).to_string()));
}

Answer refuse_sync(const Services& services, const Call& call) {
    throw only_for_copy_jobs(find_job(services, call)).advise("Start it with ?action=start.");
}

}  // namespace

std::vector<Route> linked_job_routes(const Services& services) {
    auto row = rows_for(services, Callers::administrators());
    return {
        row("GET", "/jobs/{ID}/linkedJobs", "", list_none<LinkedJobResourceObjects>),
        row("POST", "/jobs/{ID}/linkedJobs", "", refuse_link<LinkedJobSpec>),
        row("DELETE", "/jobs/{ID}/linkedJobs/{ID}", "", find_no_link),
        row("GET", "/jobs/{ID}/linkedBackupRepositories", "",
            list_none<LinkedBackupRepositoryResourceObjects>),
        row("POST", "/jobs/{ID}/linkedBackupRepositories", "", refuse_link<LinkedBackupRepositorySpec>),
        row("DELETE", "/jobs/{ID}/linkedBackupRepositories/{ID}", "", find_no_link),
        row("POST", "/jobs/{ID}", "sync", refuse_sync),
    };
}

}  // namespace holdfast::api
