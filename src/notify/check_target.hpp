// What a target may be: checked when it is made, so that nothing odd reaches a header, an envelope or a log
// later.
#pragma once

#include <string>

#include "catalog/notification_targets.hpp"

namespace holdfast::notify {

// An address with http or https, and without user, password or fragment; otherwise invalid_input.
void check_webhook_url(const std::string& url);

// invalid_input that names what is wrong: the server's name, an address, or a user without TLS.
void check_mail(const catalog::MailSettings& settings);

}  // namespace holdfast::notify
