// A mail as it goes over the wire (RFC 5322, 2045 and 2047): plain text in UTF-8.
#pragma once

#include <string>
#include <string_view>

#include "catalog/notification_targets.hpp"
#include "notify/message.hpp"

namespace holdfast::notify {

// `from` and `to` of the settings passed check_mail(). The Message-ID is made of the message's id, so that a
// mail that comes twice can be told.
std::string mail_text(const catalog::MailSettings& settings, const Message& message);

// The value of a header with any text in it: no line break or control character gets through, and what is not
// ASCII is encoded, in lines of at most 76 characters.
std::string header_text(std::string_view text);

// "Thu, 26 Nov 2026 15:28:34 +0000", whatever the locale.
std::string mail_date(Timestamp time);

}  // namespace holdfast::notify
