#include "api/resources/notification_routes.hpp"

#include <fmt/format.h>

#include "api/notifications/session_message.hpp"
#include "api/resources/handler.hpp"
#include "api/resources/notification_form.hpp"
#include "notify/deliverer.hpp"

namespace holdfast::api {
namespace {

catalog::NotificationTarget find_target(const Services& services, const Call& call) {
    return require(catalog::NotificationTargets(services.database).find(call.id()), "notification target",
                   call.id());
}

Answer list_targets(const Services& services, const Call& call) {
    auto site = services.site(call);
    std::vector<NotificationTarget> items;
    for (const auto& target : catalog::NotificationTargets(services.database).list())
        items.push_back(represent(target, site));
    return collection<NotificationTargets>(call, std::move(items));
}

Answer get_target(const Services& services, const Call& call) {
    auto site = services.site(call);
    return one(call, represent(find_target(services, call), site));
}

Answer create_target(const Services& services, const Call& call) {
    catalog::NotificationTarget target{.id = Uuid::random(), .created = now()};
    apply(call.body<NotificationTargetSpec>(), services.secrets, target);
    catalog::NotificationTargets(services.database).add(target);
    auto site = services.site(call);
    return created_at(represent(target, site));
}

Answer edit_target(const Services& services, const Call& call) {
    auto id = find_target(services, call).id;
    auto spec = call.body<NotificationTargetSpec>();
    auto site = services.site(call);
    catalog::NotificationTargets(services.database).edit(id, [&](catalog::NotificationTarget& target) {
        require_match(call.precondition(), represent(target, site));
        apply(spec, services.secrets, target);
    });
    return no_content();
}

Answer delete_target(const Services& services, const Call& call) {
    auto site = services.site(call);
    catalog::NotificationTargets(services.database)
        .remove(find_target(services, call).id, [&](const catalog::NotificationTarget& target) {
            require_match(call.precondition(), represent(target, site));
        });
    return no_content();
}

Answer test_target(const Services& services, const Call& call) {
    auto target = find_target(services, call);
    return services.start_task(call, "TestNotificationTarget", [&services, target](std::stop_token) {
        auto delivery = services.notifications.send(target, test_message(services.server, target));
        if (!delivery.is_delivered)
            throw Error(ErrorKind::unavailable,
                        fmt::format("The message to {} was not delivered: {}", target.name, delivery.text));
        return TaskOutcome{
            .message = fmt::format("The message to {} was delivered: {}.", target.name, delivery.text)};
    });
}

}  // namespace

std::vector<Route> notification_routes(const Services& services) {
    auto row = rows_for(services, Callers::administrators());
    constexpr std::string_view targets = "/notificationTargets";
    constexpr std::string_view target = "/notificationTargets/{ID}";
    return {row("GET", targets, "", list_targets),    row("POST", targets, "", create_target),
            row("GET", target, "", get_target),       row("PUT", target, "", edit_target),
            row("DELETE", target, "", delete_target), row("POST", target, "test", test_target)};
}

}  // namespace holdfast::api
