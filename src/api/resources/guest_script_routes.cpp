#include "api/resources/guest_script_routes.hpp"

#include "api/resources/entity_form.hpp"
#include "api/resources/handler.hpp"
#include "api/resources/job_routes.hpp"
#include "api/types/guest_scripts.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

std::optional<GuestScriptType> to_form(const catalog::GuestScript& script) {
    if (script.command.empty()) return std::nullopt;
    GuestScriptType form;
    form.Command = script.command;
    form.TimeoutSeconds.emplace(script.limit_seconds);
    return form;
}

catalog::GuestScript from_form(const std::optional<GuestScriptType>& form) {
    catalog::GuestScript script;
    if (!form) return script;
    script.command = form->Command;
    if (trimmed(script.command).empty())
        throw Error(ErrorKind::invalid_input, "Command is empty")
            .advise("Leave the whole script out where none is to run.");
    if (form->TimeoutSeconds) script.limit_seconds = static_cast<int>(*form->TimeoutSeconds);
    return script;
}

JobGuestScripts represent_scripts(const catalog::Job& job, Site& site) {
    auto path = at("/jobs", job.id);
    JobGuestScripts scripts;
    scripts.Href = site.links().href(path + "/guestScripts");
    scripts.Type = "JobGuestScripts";
    scripts.Links = LinkList{site.links().link("Up", path + "?format=Entity", "Job", job.name),
                             site.links().link("Edit", path + "/guestScripts")};
    scripts.PreScript = to_form(job.guest_scripts.before);
    scripts.PostScript = to_form(job.guest_scripts.after);
    return scripts;
}

Answer get_scripts(const Services& services, const Call& call) {
    auto site = services.site(call);
    return ok(represent_scripts(find_job(services, call), site));
}

Answer set_scripts(const Services& services, const Call& call) {
    auto job = find_job(services, call);
    auto spec = call.body<JobGuestScriptsSpec>();
    auto site = services.site(call);
    catalog::GuestScripts scripts{from_form(spec.PreScript), from_form(spec.PostScript)};
    catalog::Jobs(services.database).edit(job.id, [&](catalog::Job& current) {
        require_match(call.precondition(), represent_scripts(current, site));
        current.guest_scripts = scripts;
    });
    return no_content();
}

}  // namespace

std::vector<Route> guest_script_routes(const Services& services) {
    auto row = rows_for(services, Callers::administrators());
    return {row("GET", "/jobs/{ID}/guestScripts", "", get_scripts),
            row("PUT", "/jobs/{ID}/guestScripts", "", set_scripts)};
}

}  // namespace holdfast::api
