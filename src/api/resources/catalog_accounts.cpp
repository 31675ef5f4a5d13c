#include "api/resources/catalog_accounts.hpp"

#include <spdlog/spdlog.h>

#include "base/error.hpp"

namespace holdfast::api {
namespace {

// A working day: by then a directory is asked again.
constexpr std::chrono::hours longest_session{12};

}  // namespace

std::string_view without_domain(std::string_view name) {
    auto backslash = name.rfind('\\');
    return backslash == std::string_view::npos ? name : name.substr(backslash + 1);
}

std::optional<AuthenticatedAccount> CatalogAccounts::check(std::string_view name, std::string_view password) {
    auto account = accounts_.find_by_name(std::string(name));
    if (!account && name.contains('\\')) account = accounts_.find_by_name(std::string(without_domain(name)));
    if (account && account->kept_by != catalog::KeptBy::holdfast) account.reset();
    if (!password_is_right(password, account ? std::optional(account->password_hash) : std::nullopt))
        return std::nullopt;
    return AuthenticatedAccount{account->name, parse_roles(account->roles)};
}

bool DirectoryAccounts::is_kept_here(std::string_view name) {
    auto account = accounts_.find_by_name(std::string(name));
    return account && account->kept_by == catalog::KeptBy::holdfast;
}

std::optional<directory::DirectoryUser> DirectoryAccounts::authenticate(std::string_view name,
                                                                        std::string_view password) {
    try {
        return directory_.authenticate(name, password);
    } catch (const Error& error) {
        spdlog::warn("A logon could not be checked: {}", error.what());
        throw Error(ErrorKind::unavailable, "The directory that keeps this account cannot be asked now")
            .advise(
                "Try again later; the server's log says what happened. Accounts of Holdfast itself log on as "
                "ever.");
    }
}

std::optional<AuthenticatedAccount> DirectoryAccounts::check(std::string_view name,
                                                             std::string_view password) {
    auto user_name = without_domain(name);
    if (is_kept_here(name) || (user_name != name && is_kept_here(user_name))) return std::nullopt;
    auto user = authenticate(user_name, password);
    if (!user) return std::nullopt;
    auto earlier = accounts_.find_by_name(user->name);
    auto account = accounts_.admit(user->name, user->groups);
    // What earlier sessions were allowed is not so any more.
    if (earlier && earlier->kept_by == catalog::KeptBy::groups &&
        (!account || account->roles != earlier->roles))
        logons_.end_account(earlier->name);
    if (account) return AuthenticatedAccount{account->name, parse_roles(account->roles), longest_session};
    spdlog::info("{} is known to the directory, but has no account, and no account of a group", user->name);
    return std::nullopt;
}

}  // namespace holdfast::api
