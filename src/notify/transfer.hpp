// One try to deliver a message, over libcurl. Ends early when the work of the thread (StopScope) is to stop.
#pragma once

#include <chrono>
#include <string>

#include "catalog/notification_targets.hpp"
#include "notify/message.hpp"

namespace holdfast::notify {

inline constexpr std::chrono::seconds connect_limit{10};
inline constexpr std::chrono::seconds webhook_limit{30};  // all of it
inline constexpr std::chrono::seconds mail_limit{60};
// Of an answer no more is read; its status counts all the same.
inline constexpr std::size_t longest_answer = 64 << 10;

struct Delivery {
    bool is_delivered = false;
    std::string text;  // "The server answered 200", "Connection refused": no full stop
    // The same will become of whatever is sent there now: it is not this message that was refused.
    bool is_of_target = true;
};

// Delivered when the answer is 200 to 299. Redirects are not followed.
Delivery post_webhook(const std::string& url, const std::string& secret, const Message& message);

// Delivered when the server has taken it for all recipients. `password` is used where the settings name a
// user.
Delivery send_mail(const catalog::MailSettings& settings, const std::string& password,
                   const Message& message);

}  // namespace holdfast::notify
