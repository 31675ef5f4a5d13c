#include "api/resources/boot_verification_routes.hpp"

#include <set>

#include "api/resources/entity_form.hpp"
#include "api/resources/visible.hpp"
#include "api/types/boot_verification.hpp"
#include "base/text.hpp"
#include "catalog/boot_verifications.hpp"

namespace holdfast::api {
namespace {

constexpr std::size_t most_ports = 16;
constexpr auto mib = std::uint64_t{1} << 20;

std::string path_of(const Uuid& id) {
    return at("/bootVerifications", id);
}

std::optional<double> to_seconds(const std::optional<std::int64_t>& milliseconds) {
    if (!milliseconds) return std::nullopt;
    return static_cast<double>(*milliseconds) / 1000;
}

std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

BootCheckKind to_kind(const std::string& word) {
    namespace kind = catalog::boot_check;
    if (word == kind::heartbeat) return BootCheckKind::Heartbeat;
    if (word == kind::ping) return BootCheckKind::Ping;
    if (word == kind::tcp_port) return BootCheckKind::TcpPort;
    if (word == kind::console) return BootCheckKind::Console;
    return BootCheckKind::Screenshot;
}

BootVerification represent(const catalog::BootVerification& verification, Site& site) {
    const auto& session = verification.session;
    auto path = path_of(session.id);
    // State and result are those of the session: written in one place only.
    auto shown = represent(session, site);
    auto entity = begin_entity<BootVerification>(site, "BootVerification", path, session.id, session.vm_name);
    entity.Links = LinkList{
        alternate(site, path, "BootVerification", session.vm_name),
        session.ended ? site.links().link("Delete", path) : site.links().action("Stop", path, "stop"),
        site.links().link("Related", at("/restoreSessions", session.id), "RestoreSessionReference",
                          session.vm_name)};
    if (session.has_vm_restore_point)
        entity.Links->push_back(site.links().link("Related", at("/vmRestorePoints", session.vm_restore_point),
                                                  "VmRestorePointReference", session.vm_name));
    if (verification.has_screenshot)
        entity.Links->push_back(site.links().link("Download", path + "/screenshot"));
    entity.VmDisplayName = session.vm_name;
    entity.CreationTimeUTC = session.created;
    entity.EndTimeUTC = session.ended;
    entity.State = shown.State;
    entity.Result = shown.Result;
    entity.Progress = session.progress;
    entity.Reason = unless_empty(session.reason);
    entity.BootSeconds = to_seconds(verification.boot_ms);
    for (const auto& check : verification.checks) {
        BootCheckType one{.Kind = to_kind(check.kind),
                          .Target = unless_empty(check.target),
                          .AfterSeconds = to_seconds(check.after_ms),
                          .Message = unless_empty(check.message)};
        if (check.result == catalog::result::success) one.Result = SessionResult::Success;
        if (check.result == catalog::result::failed) one.Result = SessionResult::Failed;
        entity.Check.push_back(std::move(one));
    }
    entity.ConsoleTail = unless_empty(verification.console);
    return entity;
}

// As its restore session.
bool sees(catalog::Visibility& visibility, const catalog::BootVerification& verification) {
    return visibility.restore_session(verification.session.id);
}

catalog::BootVerification find_verification(const Services& services, const Call& call) {
    auto found = catalog::BootVerifications(services.database).find(call.id());
    auto visibility = services.visibility(call);
    if (found && !sees(visibility, *found)) found.reset();
    return require(std::move(found), "boot verification", call.id());
}

Answer list_verifications(const Services& services, const Call& call) {
    auto site = services.site(call);
    auto visibility = services.visibility(call);
    std::vector<BootVerification> items;
    for (const auto& one : catalog::BootVerifications(services.database).list(oldest_listed_session()))
        if (sees(visibility, one)) items.push_back(represent(one, site));
    return collection<BootVerifications>(call, std::move(items));
}

Answer get_verification(const Services& services, const Call& call) {
    auto site = services.site(call);
    return one(call, represent(find_verification(services, call), site));
}

Answer get_screenshot(const Services& services, const Call& call) {
    auto verification = find_verification(services, call);
    auto png = catalog::BootVerifications(services.database).screenshot(verification.session.id);
    if (!png)
        throw Error(ErrorKind::not_found, "The boot verification " + verification.session.id.to_string() +
                                              " has no screenshot (any more)");
    http::Response response;
    response.headers = {{"Content-Type", "image/png"}};
    response.body = std::string(as_text(*png));
    return raw(std::move(response));
}

protection::BootVerificationRequest request_of(const BootVerificationSpec& spec,
                                               const catalog::VmRestorePoint& point, const Call& call) {
    if (spec.TcpPort.size() > most_ports)
        throw Error(ErrorKind::invalid_input, "More than 16 elements TcpPort were given");
    protection::BootVerificationRequest request{.point = point, .account = call.logon().account()};
    request.signs.heartbeat = spec.Heartbeat.value_or(false);
    request.signs.ping = spec.Ping.value_or(false);
    for (const auto& port : spec.TcpPort)
        request.signs.tcp_ports.insert(static_cast<std::uint16_t>(port.value));
    if (spec.ConsolePattern) request.signs.console_pattern = std::string(*spec.ConsolePattern);
    if (spec.TimeLimitSeconds) request.limit = std::chrono::seconds(spec.TimeLimitSeconds->value);
    if (spec.MemoryMiB) request.memory_mib = static_cast<std::uint64_t>(spec.MemoryMiB->value);
    if (spec.ScratchLimitMiB)
        request.scratch_limit = static_cast<std::uint64_t>(spec.ScratchLimitMiB->value) * mib;
    return request;
}

std::vector<TaskLink> links_to(const Uuid& id, const std::string& name) {
    return {{"Related", path_of(id) + "?format=Entity", "BootVerification", name},
            {"Related", at("/restoreSessions", id) + "?format=Entity", "RestoreSession", name}};
}

// The task ends when the verification was begun.
Answer verify(const Services& services, const Call& call) {
    auto point = find_vm_point(services, call);
    auto spec = call.body_or_default<BootVerificationSpec>();
    auto id = services.boot_verifier.verify(request_of(spec, point, call));
    return services.start_task(call, "StartBootVerification", [id, name = point.vm_name](std::stop_token) {
        return TaskOutcome{.message = "The machine is being started.", .links = links_to(id, name)};
    });
}

Answer stop(const Services& services, const Call& call) {
    auto verification = find_verification(services, call);
    const auto& session = verification.session;
    if (session.ended) throw Error(ErrorKind::conflict, "The boot verification has ended already");
    return services.start_task(
        call, "StopBootVerification", [&services, id = session.id, name = session.vm_name](std::stop_token) {
            services.boot_verifier.stop(id);
            return TaskOutcome{.message = "The boot verification was stopped.", .links = links_to(id, name)};
        });
}

Answer forget(const Services& services, const Call& call) {
    auto verification = find_verification(services, call);
    if (!catalog::BootVerifications(services.database).forget(verification.session.id))
        throw Error(ErrorKind::not_found, "The boot verification is gone already");
    return no_content();
}

}  // namespace

std::vector<Route> boot_verification_routes(const Services& services) {
    auto row = rows_for(services, Callers::roles({AccountRole::vm_restore_operator}));
    return {row("POST", "/vmRestorePoints/{ID}", "verifyBoot", verify),
            row("GET", "/bootVerifications", "", list_verifications),
            row("GET", "/bootVerifications/{ID}", "", get_verification),
            row("GET", "/bootVerifications/{ID}/screenshot", "", get_screenshot),
            row("POST", "/bootVerifications/{ID}", "stop", stop),
            row("DELETE", "/bootVerifications/{ID}", "", forget)};
}

}  // namespace holdfast::api
