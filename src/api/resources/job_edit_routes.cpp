#include "api/resources/job_edit_routes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/description/characters.hpp"
#include "api/resources/copy_job_form.hpp"
#include "api/resources/guest_form.hpp"
#include "api/resources/handler.hpp"
#include "api/resources/index_form.hpp"
#include "api/resources/job_routes.hpp"
#include "api/resources/schedule_form.hpp"
#include "api/resources/storage_form.hpp"
#include "protection/job_checkpoints.hpp"

namespace holdfast::api {
namespace {

constexpr std::size_t longest_name = 50;

// An object is told with what holds for it, its job's where it has nothing of its own. What comes back
// unchanged is not made its own.
void apply_to_object(const GuestProcessingOptionsType& form, const catalog::Job& job,
                     catalog::JobObject& object) {
    auto told = catalog::guest_processing_of(object, job);
    auto wanted = told;
    refuse_own_indexing(form, job.indexing);
    apply(form, wanted);
    if (wanted != told) object.guest = wanted;
}

// The machines in another order, which of their disks are left out, and how their guests are treated; which
// machines they are is for /includes to change.
void apply(const ObjectsInJob& wanted, catalog::Job& job) {
    std::vector<catalog::JobObject> ordered;
    for (const auto& object : wanted.items) {
        auto id = Uuid::parse(object.ObjectInJobId.value_or(""));
        auto known = std::ranges::find_if(job.objects, [&](const auto& own) { return id == own.id; });
        if (known == job.objects.end()) continue;
        ordered.push_back(*known);
        if (object.GuestProcessingOptions)
            apply_to_object(*object.GuestProcessingOptions, job, ordered.back());
        if (object.ExcludedDisks) ordered.back().excluded_disks = excluded_disks(*object.ExcludedDisks);
    }
    if (ordered.size() != job.objects.size() || wanted.items.size() != job.objects.size())
        throw Error(
            ErrorKind::invalid_input,
            fmt::format("Includes does not name the {} objects of the job {} once each, by ObjectInJobId",
                        job.objects.size(), job.name))
            .advise(
                "An edit can change their order and their ExcludedDisks. Add one with POST to its /includes, "
                "remove one with "
                "DELETE.");
    for (const auto& object : job.objects)
        if (std::ranges::none_of(ordered, [&](const auto& other) { return other.id == object.id; }))
            throw Error(ErrorKind::invalid_input, "Includes names an object twice");
    job.objects = std::move(ordered);
}

void apply(const JobInfoType& info, catalog::Job& job) {
    if (catalog::is_copy(job.type)) return apply_copy(info, job);
    if (!info.BackupJobInfo)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("The job {} is a backup job: JobInfo must hold BackupJobInfo", job.name));
    const auto& backup = *info.BackupJobInfo;
    if (backup.AdvancedStorageOptions) apply(*backup.AdvancedStorageOptions, job);
    if (backup.GuestProcessingOptions) apply_indexing(*backup.GuestProcessingOptions, job.indexing);
    if (backup.Includes) apply(*backup.Includes, job);
    if (backup.GuestProcessingOptions) apply(*backup.GuestProcessingOptions, job.guest);
    for (auto& object : job.objects)
        if (object.guest == job.guest) object.guest.reset();
    if (backup.GfsRetentionPolicy) apply(*backup.GfsRetentionPolicy, job.retention.gfs);
    if (backup.SimpleRetentionPolicy) apply(*backup.SimpleRetentionPolicy, job.retention);
}

void rename(const std::string& name, catalog::Job& job) {
    if (name.empty() || count_characters(name) > longest_name)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("The name of a job has 1 to {} characters", longest_name));
    job.name = name;
}

// Nothing starts the job by itself any more; times and days stay, for whoever turns them on again.
void unschedule(catalog::Schedule& schedule) {
    schedule.daily.enabled = schedule.monthly.enabled = schedule.periodical.enabled = false;
    schedule.continuous.enabled = schedule.chaining.enabled = false;
}

// What the body leaves out stays as it is. Throws invalid_input before anything is changed for good.
void apply(const Job& edit, catalog::Job& job) {
    if (edit.JobType && *edit.JobType != job_type(job.type))
        throw Error(ErrorKind::invalid_input,
                    fmt::format("JobType cannot be changed: the job is {}", describe(job.type)));
    const std::optional<std::string>& name = edit.Name;
    if (name && *name != job.name) rename(*name, job);
    if (edit.Description) job.description = *edit.Description;
    if (edit.ScheduleEnabled) job.schedule_enabled = *edit.ScheduleEnabled;
    bool is_immediate = job.type == catalog::JobType::immediate_backup_copy;
    if (edit.JobScheduleOptions && is_immediate) apply_immediate(*edit.JobScheduleOptions, job.schedule);
    if (edit.JobScheduleOptions && !is_immediate) apply(*edit.JobScheduleOptions, job.schedule);
    if (edit.ScheduleConfigured == false && is_immediate)
        throw Error(ErrorKind::invalid_input, "An immediate copy job always follows its sources")
            .advise("Turn its ScheduleEnabled off to have it copy nothing by itself.");
    if (edit.ScheduleConfigured == false) unschedule(job.schedule);
    if (edit.ScheduleConfigured == true && !job.schedule.is_configured())
        throw Error(ErrorKind::invalid_input,
                    "ScheduleConfigured is true, but none of the schedule's options is enabled");
    if (edit.JobInfo) apply(*edit.JobInfo, job);
    if (edit.ScheduleEnabled || edit.JobScheduleOptions || edit.ScheduleConfigured)
        protection::Scheduler::begin_anew(job, now());
}

Answer edit_job(const Services& services, const Call& call) {
    auto job = find_job(services, call);
    auto edit = call.body<Job>();
    apply(edit, job);
    require_previous_job(services, job);
    // Before the answer, so that what is wrong with it is told at once, not by the task.
    auto site = services.site(call);
    auto edited = catalog::Jobs(services.database).edit(job.id, [&](catalog::Job& current) {
        require_match(call.precondition(), represent(current, site));
        apply(edit, current);
    });
    services.scheduler.wake();
    return services.start_task(call, "EditJob", [edited](std::stop_token) {
        return TaskOutcome{.message = fmt::format("The job {} was changed.", edited.name),
                           .links = {job_link(edited)}};
    });
}

Answer add_include(const Services& services, const Call& call) {
    auto job = find_job(services, call);
    auto spec = call.body<CreateObjectInJobSpec>();
    if (job.type == catalog::JobType::immediate_backup_copy)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("The job {} copies what the jobs make that it is linked to", job.name))
            .advise("Link a job with POST to its /linkedJobs.");
    if (catalog::is_copy(job.type)) require_plain(spec);
    auto guest = guest_of_new_object(spec, job);
    auto reference = parse_machine_reference(spec.HierarchyObjRef);
    auto excluded = excluded_disks(spec.ExcludedDisks.value_or(DiskList()));
    return services.start_task(call, "UpdateJob", [=, &services, id = job.id](std::stop_token) {
        auto machine = services.hosts.find_machine(reference.hierarchy_root, reference.domain);
        catalog::JobObject object{Uuid::random(), machine.server.id, reference.domain, machine.domain.name};
        object.guest = guest;
        object.excluded_disks = excluded;
        auto edited = catalog::Jobs(services.database).edit(id, [&](catalog::Job& current) {
            for (const auto& other : current.objects)
                if (other.domain == object.domain && other.server == object.server)
                    throw Error(ErrorKind::conflict, fmt::format("The machine {} is in the job {} already",
                                                                 object.name, current.name));
            current.objects.push_back(object);
        });
        return TaskOutcome{
            .message = fmt::format("{} was added to the job {}.", object.name, edited.name),
            .links = {job_link(edited),
                      {"Related", fmt::format("/jobs/{}/includes/{}", id.to_string(), object.id.to_string()),
                       "ObjectInJob", object.name}}};
    });
}

// Its restore points stay, the newest of them for good.
Answer remove_include(const Services& services, const Call& call) {
    auto job = find_job(services, call);
    auto object = find_object(job, call.id(1));
    require_not_running(services, job);
    return services.start_task(call, "UpdateJob", [&services, job, object](std::stop_token) {
        require_not_running(services, job);
        catalog::Jobs jobs(services.database);
        jobs.edit(job.id, [&](catalog::Job& current) {
            bool is_last = current.objects.size() == 1 && current.sources.empty();
            if (is_last && current.objects.front().id == object.id)
                throw Error(ErrorKind::conflict,
                            fmt::format("{} is the last object of the job {}", object.name, current.name))
                    .advise("Add another one first, or delete the job.");
            std::erase_if(current.objects, [&](const auto& other) { return other.id == object.id; });
        });
        jobs.remove_checkpoint(job.id, object);
        auto message = fmt::format("{} was removed from the job {}; its restore points are kept.",
                                   object.name, job.name);
        if (!catalog::is_copy(job.type) &&
            protection::remove_checkpoints(services.hosts, job, {&object, 1}) > 0)
            message += " It could not be reached and keeps its checkpoints.";
        return TaskOutcome{.message = message, .links = {job_link(job)}};
    });
}

}  // namespace

std::vector<Route> job_edit_routes(const Services& services) {
    auto row = rows_for(services, Callers::administrators());
    return {
        // The link Edit of a job has no action.
        row("PUT", "/jobs/{ID}", "", edit_job),
        row("PUT", "/jobs/{ID}", "edit", edit_job),
        row("POST", "/jobs/{ID}/includes", "", add_include),
        row("DELETE", "/jobs/{ID}/includes/{ID}", "", remove_include),
    };
}

}  // namespace holdfast::api
