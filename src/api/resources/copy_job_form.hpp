// Backup copy jobs between the catalog and the API's form of them.
#pragma once

#include "api/resources/services.hpp"
#include "api/resources/site.hpp"
#include "api/types/job.hpp"
#include "catalog/jobs.hpp"

namespace holdfast::api {

JobType job_type(catalog::JobType type);
// not_supported for what is no job of this server's.
catalog::JobType job_type(JobType type);
// "a backup job"
std::string_view describe(catalog::JobType type);

Job represent_copy_job(const catalog::Job& job, Site& site);
LinkedJobObject represent(const catalog::LinkedJob& link, const catalog::Job& job, Site& site);

// The backup job of this server that a copy job is to copy from, by its UID. invalid_input where there is
// none, and for a copy job.
catalog::LinkedJob link_to(const Services& services, const std::string& uid);
// What stands beside the machines in the specification of a copy job. invalid_input for what a copy job has
// not.
void apply_copy(const JobSpec& spec, const Services& services, catalog::Job& job);
// What the body leaves out stays. invalid_input for the information of another type of job.
void apply_copy(const JobInfoType& info, catalog::Job& job);
// invalid_input for an object of a copy job that says how it is to be backed up.
void require_plain(const CreateObjectInJobSpec& object);

}  // namespace holdfast::api
