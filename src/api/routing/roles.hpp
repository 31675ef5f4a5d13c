// Roles of accounts, and what a route asks of them.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace holdfast::api {

enum class AccountRole : std::uint8_t {
    portal_administrator,
    portal_user,
    vm_restore_operator,
    file_restore_operator,
    exchange_restore_operator,
    oracle_restore_operator,
    sql_restore_operator,
};
inline constexpr std::array all_roles = {
    AccountRole::portal_administrator,      AccountRole::portal_user,
    AccountRole::vm_restore_operator,       AccountRole::file_restore_operator,
    AccountRole::exchange_restore_operator, AccountRole::oracle_restore_operator,
    AccountRole::sql_restore_operator,
};

// "Portal Administrator"
std::string_view to_string(AccountRole role);
// In any letter case.
std::optional<AccountRole> parse_role(std::string_view name);

class RoleSet {
  public:
    constexpr RoleSet() = default;
    constexpr RoleSet(std::initializer_list<AccountRole> roles) {
        for (AccountRole role : roles) bits_ = static_cast<std::uint8_t>(bits_ | bit(role));
    }
    constexpr bool contains(AccountRole role) const { return (bits_ & bit(role)) != 0; }
    constexpr bool shares_any(RoleSet other) const { return (bits_ & other.bits_) != 0; }
    constexpr bool empty() const { return bits_ == 0; }
    constexpr bool operator==(const RoleSet&) const = default;
    constexpr RoleSet operator|(RoleSet other) const {
        RoleSet both;
        both.bits_ = static_cast<std::uint8_t>(bits_ | other.bits_);
        return both;
    }
    constexpr RoleSet operator&(RoleSet other) const {
        RoleSet common;
        common.bits_ = static_cast<std::uint8_t>(bits_ & other.bits_);
        return common;
    }

  private:
    static constexpr std::uint8_t bit(AccountRole role) {
        return static_cast<std::uint8_t>(1U << static_cast<unsigned>(role));
    }
    std::uint8_t bits_ = 0;
};

// What is left of the wanted roles to who has those: administrators may do what any role may.
RoleSet granted(RoleSet wanted, RoleSet held);

// The roles of those names; names that are no roles are passed over.
RoleSet parse_roles(std::span<const std::string> names);

// Who may use a route. There is no default: a route that does not say it does not compile.
class Callers {
  public:
    // Without a session.
    static constexpr Callers anyone() { return {Kind::anyone, {}}; }
    // Any session.
    static constexpr Callers any_account() { return {Kind::any_account, {}}; }
    static constexpr Callers administrators() { return {Kind::roles, {}}; }
    // These roles, and administrators.
    static constexpr Callers roles(std::initializer_list<AccountRole> roles) {
        return roles_in(RoleSet(roles));
    }
    static constexpr Callers roles_in(RoleSet roles) { return {Kind::roles, roles}; }

    constexpr bool needs_session() const { return kind_ != Kind::anyone; }
    constexpr bool allows(RoleSet held) const {
        return kind_ != Kind::roles || held.contains(AccountRole::portal_administrator) ||
               held.shares_any(roles_);
    }

  private:
    enum class Kind : std::uint8_t { anyone, any_account, roles };
    constexpr Callers(Kind kind, RoleSet roles) : kind_(kind), roles_(roles) {}
    Kind kind_;
    RoleSet roles_;
};

}  // namespace holdfast::api
