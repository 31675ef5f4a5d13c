// What is put into questions to an LDAP server, and read out of its answers, as text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast::directory {

// A value inside of a filter (RFC 4515): nothing in it means anything any more.
std::string escape_filter_value(std::string_view value);
// The filter with the escaped name in each place of "{name}".
std::string fill_filter(std::string_view filter, std::string_view name);
// "admins" of "cn=admins,ou=groups,dc=example". Nothing where the DN begins otherwise, or is none.
std::optional<std::string> common_name_of(const std::string& dn);

}  // namespace holdfast::directory
