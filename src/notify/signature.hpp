// What tells the receiver of a webhook that it comes from here, is whole, and is not an old one sent again.
#pragma once

#include <string>
#include <string_view>

#include "base/time.hpp"

namespace holdfast::notify {

// "t=<seconds since 1970>,v1=<HMAC-SHA256 of "<t>.<body>" under the secret, as hex>"
std::string signature_header(std::string_view secret, Timestamp time, std::string_view body);

}  // namespace holdfast::notify
