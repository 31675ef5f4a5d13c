#include "api/routing/roles.hpp"

#include "base/text.hpp"

namespace holdfast::api {

std::string_view to_string(AccountRole role) {
    switch (role) {
        case AccountRole::portal_administrator:
            return "Portal Administrator";
        case AccountRole::portal_user:
            return "Portal User";
        case AccountRole::vm_restore_operator:
            return "VM Restore Operator";
        case AccountRole::file_restore_operator:
            return "File Restore Operator";
        case AccountRole::exchange_restore_operator:
            return "Exchange Restore Operator";
        case AccountRole::oracle_restore_operator:
            return "Oracle Restore Operator";
        case AccountRole::sql_restore_operator:
            return "SQL Restore Operator";
    }
    return "";
}

std::optional<AccountRole> parse_role(std::string_view name) {
    for (AccountRole role : all_roles)
        if (equal_ignoring_case(to_string(role), name)) return role;
    return std::nullopt;
}

RoleSet granted(RoleSet wanted, RoleSet held) {
    return held.contains(AccountRole::portal_administrator) ? wanted : wanted & held;
}

RoleSet parse_roles(std::span<const std::string> names) {
    RoleSet roles;
    for (const auto& name : names)
        if (auto role = parse_role(name)) roles = roles | RoleSet{*role};
    return roles;
}

}  // namespace holdfast::api
