// What a notification says: a session as the API shows it, and the same as a mail.
#pragma once

#include <optional>

#include "api/resources/site.hpp"
#include "catalog/notification_outbox.hpp"
#include "notify/message.hpp"

namespace holdfast::api {

// Of a session that has ended; nothing where it is gone.
std::optional<notify::Message> session_message(catalog::Database& database, const ThisServer& server,
                                               const catalog::Notification& notification,
                                               const catalog::NotificationTarget& target);

// What a target is sent to try it.
notify::Message test_message(const ThisServer& server, const catalog::NotificationTarget& target);

}  // namespace holdfast::api
