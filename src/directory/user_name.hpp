// What names of users can be: what a client can send by Basic authentication, and an account can be called.
#pragma once

#include <string_view>

namespace holdfast::directory {

bool can_be_user_name(std::string_view name);

}  // namespace holdfast::directory
