#include "directory/ldap_text.hpp"

#include <ldap.h>

#include <memory>

#include "base/text.hpp"

namespace holdfast::directory {

std::string escape_filter_value(std::string_view value) {
    std::string escaped;
    for (char c : value) {
        bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (is_plain)
            escaped += c;
        else
            escaped += '\\' + to_hex(as_bytes({&c, 1}));
    }
    return escaped;
}

std::string fill_filter(std::string_view filter, std::string_view name) {
    constexpr std::string_view place = "{name}";
    const std::string value = escape_filter_value(name);
    std::string filled;
    for (std::size_t at = 0;;) {
        auto found = filter.find(place, at);
        filled += filter.substr(at, found - at);
        if (found == std::string_view::npos) return filled;
        filled += value;
        at = found + place.size();
    }
}

std::optional<std::string> common_name_of(const std::string& dn) {
    LDAPDN parsed = nullptr;
    if (ldap_str2dn(dn.c_str(), &parsed, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS || !parsed)
        return std::nullopt;
    std::unique_ptr<LDAPRDN, decltype(&ldap_dnfree)> owner(parsed, ldap_dnfree);
    if (!parsed[0] || !parsed[0][0] || parsed[0][1]) return std::nullopt;
    const LDAPAVA& first = *parsed[0][0];
    if (!equal_ignoring_case({first.la_attr.bv_val, first.la_attr.bv_len}, "cn")) return std::nullopt;
    return std::string(first.la_value.bv_val, first.la_value.bv_len);
}

}  // namespace holdfast::directory
