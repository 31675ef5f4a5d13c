// Jobs, their machines, their sessions, and what can be done with them.
#pragma once

#include <vector>

#include "api/resources/services.hpp"
#include "api/routing/route.hpp"
#include "catalog/jobs.hpp"

namespace holdfast::api {

std::vector<Route> job_routes(const Services& services);

// The job that the path names, or 404.
catalog::Job find_job(const Services& services, const Call& call);
TaskLink job_link(const catalog::Job& job);
// The object of the job with that id, or 404.
catalog::JobObject find_object(const catalog::Job& job, const Uuid& id);
// invalid_input where the job is to run after one that is not there, or after itself.
void require_previous_job(const Services& services, const catalog::Job& job);
// conflict while a run of the job is under way.
void require_not_running(const Services& services, const catalog::Job& job);

// Starts a run of the job, as a Task of that name.
Answer start_run(const Services& services, const Call& call, const catalog::Job& job,
                 protection::RunKind kind, const std::string& operation);

}  // namespace holdfast::api
