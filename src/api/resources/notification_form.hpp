// Notification targets to and from the API's form of them.
#pragma once

#include "api/resources/site.hpp"
#include "api/types/notification.hpp"
#include "base/secret.hpp"
#include "catalog/notification_targets.hpp"

namespace holdfast::api {

// Without its secret.
NotificationTarget represent(const catalog::NotificationTarget& target, Site& site);

// Makes the target what the spec says. A secret or password that it leaves out stays as it is, as long as it
// would go to the same server; invalid_input where there is none, and for what a target cannot be.
void apply(const NotificationTargetSpec& spec, const SecretBox& secrets, catalog::NotificationTarget& target);

}  // namespace holdfast::api
