#include "api/resources/linked_job_routes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/resources/copy_job_form.hpp"
#include "api/resources/handler.hpp"
#include "api/resources/job_routes.hpp"

namespace holdfast::api {
namespace {

constexpr const char* add_a_machine = "Add a machine to it with POST to its /includes.";

void require_copy_job(const catalog::Job& job, const char* advice) {
    if (!catalog::is_copy(job.type))
        throw Error(ErrorKind::invalid_input,
                    fmt::format("The job {} is a backup job: only a backup copy job can do this", job.name))
            .advise(advice);
}

Answer list_linked_jobs(const Services& services, const Call& call) {
    auto job = find_job(services, call);
    auto site = services.site(call);
    auto page = requested_page(call);
    std::vector<LinkedJobObject> links;
    for (const auto& source : job.sources) links.push_back(represent(source, job, site));
    auto total = links.size();
    if (page) {
        auto first =
            links.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(page->first(), total));
        auto count = std::min<std::ptrdiff_t>(page->size, links.end() - first);
        links = {first, first + count};
    }
    return page_of_resources<LinkedJobResourceObjects>(call, std::move(links), page, total);
}

Answer link_job(const Services& services, const Call& call) {
    auto job = find_job(services, call);
    auto spec = call.body<LinkedJobSpec>();
    require_copy_job(job, add_a_machine);
    auto link = link_to(services, spec.LinkedJobUid);
    auto edited = catalog::Jobs(services.database).edit(job.id, [&](catalog::Job& current) {
        if (std::ranges::find(current.sources, link.job, &catalog::LinkedJob::job) != current.sources.end())
            throw Error(ErrorKind::conflict,
                        fmt::format("The job {} is linked to {} already", current.name, link.name));
        current.sources.push_back(link);
    });
    services.scheduler.wake();
    return services.start_task(call, "UpdateJob", [edited, link](std::stop_token) {
        return TaskOutcome{.message = fmt::format("The job {} copies from {} now.", edited.name, link.name),
                           .links = {job_link(edited)}};
    });
}

// What was copied from it stays, the newest of it for good.
Answer unlink_job(const Services& services, const Call& call) {
    auto job = find_job(services, call);
    auto edited = catalog::Jobs(services.database).edit(job.id, [&](catalog::Job& current) {
        if (std::erase_if(current.sources, [&](const auto& source) { return source.id == call.id(1); }) == 0)
            throw Error(ErrorKind::not_found, fmt::format("The job {} is linked to nothing of the id {}",
                                                          current.name, call.id(1).to_string()));
        if (current.sources.empty() && current.objects.empty())
            throw Error(ErrorKind::conflict,
                        fmt::format("It is the last job that {} is linked to", current.name))
                .advise("Link another one first, or delete the job.");
    });
    return services.start_task(call, "UpdateJob", [edited](std::stop_token) {
        return TaskOutcome{.message = fmt::format("The job {} was changed.", edited.name),
                           .links = {job_link(edited)}};
    });
}

Answer list_no_repositories(const Services& services, const Call& call) {
    find_job(services, call);
    return page_of_resources<LinkedBackupRepositoryResourceObjects>(call, {}, requested_page(call), 0);
}

Answer link_repository(const Services& services, const Call& call) {
    auto job = find_job(services, call);
    call.body<LinkedBackupRepositorySpec>();
    require_copy_job(job, add_a_machine);
    throw Error(ErrorKind::not_supported, "A copy job cannot be linked to a whole repository")
        .advise("Link the jobs that write to it.");
}

Answer unlink_repository(const Services& services, const Call& call) {
    auto job = find_job(services, call);
    throw Error(ErrorKind::not_found, fmt::format("The job {} is linked to nothing of the id {}", job.name,
                                                  call.id(1).to_string()));
}

// EM's way to start a copy job.
Answer sync(const Services& services, const Call& call) {
    auto job = find_job(services, call);
    require_copy_job(job, "Start it with ?action=start.");
    return start_run(services, call, job, protection::RunKind::normal, "StartJobSync");
}

}  // namespace

std::vector<Route> linked_job_routes(const Services& services) {
    auto row = rows_for(services, Callers::administrators());
    return {
        row("GET", "/jobs/{ID}/linkedJobs", "", list_linked_jobs),
        row("POST", "/jobs/{ID}/linkedJobs", "", link_job),
        row("DELETE", "/jobs/{ID}/linkedJobs/{ID}", "", unlink_job),
        row("GET", "/jobs/{ID}/linkedBackupRepositories", "", list_no_repositories),
        row("POST", "/jobs/{ID}/linkedBackupRepositories", "", link_repository),
        row("DELETE", "/jobs/{ID}/linkedBackupRepositories/{ID}", "", unlink_repository),
        row("POST", "/jobs/{ID}", "sync", sync),
    };
}

}  // namespace holdfast::api
