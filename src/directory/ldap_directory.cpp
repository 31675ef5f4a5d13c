#include "directory/ldap_directory.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <sstream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "directory/ldap_text.hpp"
#include "directory/user_name.hpp"

namespace holdfast::directory {
namespace {

constexpr std::size_t longest_name = 256;
constexpr int most_groups = 1'000;

const std::string uid = "uid";
const std::string windows_name = "sAMAccountName";
const std::string member_of = "memberOf";
const std::string common_name = "cn";

Error refuse(const std::string& what) {
    return {ErrorKind::invalid_input, what};
}

void check_uri(const std::string& uri) {
    std::istringstream words(uri);
    std::string first;
    for (std::string word; words >> word;) {
        auto scheme = word.substr(0, word.find("://") + 3);
        if (scheme != "ldaps://" && scheme != "ldap://")
            throw refuse(fmt::format("--ldap-uri names {}, which is no LDAP server", word))
                .advise("Write ldaps://HOST, or ldap://HOST, where TLS is started before anything is sent.");
        if (word.size() == scheme.size() || word.find_first_of("/?", scheme.size()) != std::string::npos)
            throw refuse(fmt::format("--ldap-uri names {}: only a host and a port can stand there", word))
                .advise("What is searched is said by --ldap-user-base and --ldap-group-base.");
        if (!first.empty() && first != scheme)
            throw refuse("--ldap-uri names servers of both kinds, ldaps:// and ldap://")
                .advise("Use one kind.");
        first = scheme;
    }
    if (first.empty()) throw refuse("--ldap-uri names no server");
}

void check(const LdapSettings& settings) {
    check_uri(settings.server.uri);
    if (settings.user_base.empty())
        throw refuse("--ldap-user-base is missing").advise("Say below which DN users are searched.");
    if (!settings.user_filter.contains("{name}"))
        throw refuse("--ldap-user-filter does not say where the name stands").advise("Write {name} there.");
    if (settings.bind_dn.empty() != settings.bind_password.empty())
        throw refuse("--ldap-bind-dn and a password in --ldap-bind-password-file belong together");
}

const std::vector<std::string>& values_of(const LdapEntry& entry, const std::string& attribute) {
    static const std::vector<std::string> none;
    auto found = entry.values.find(attribute);
    return found == entry.values.end() ? none : found->second;
}

// Always the same one for a user, however it was typed. Of several uids the one that was typed.
std::string name_of(const LdapEntry& user, std::string_view typed) {
    if (const auto& names = values_of(user, windows_name); !names.empty()) return names.front();
    const auto& names = values_of(user, uid);
    auto found =
        std::ranges::find_if(names, [&](const auto& name) { return equal_ignoring_case(name, typed); });
    if (found != names.end()) return *found;
    return names.empty() ? "" : names.front();
}

}  // namespace

LdapDirectory::LdapDirectory(LdapSettings settings) : settings_(std::move(settings)) {
    check(settings_);
    prepare_ldap();
}

std::optional<DirectoryUser> LdapDirectory::authenticate(std::string_view name, std::string_view password) {
    if (name.empty() || name.size() > longest_name || password.empty()) return std::nullopt;
    LdapConnection connection(settings_.server);
    if (!settings_.bind_dn.empty() && !connection.bind(settings_.bind_dn, settings_.bind_password))
        throw Error(ErrorKind::unavailable, fmt::format("The directory {} does not take {} with its password",
                                                        settings_.server.uri, settings_.bind_dn))
            .advise("Look at --ldap-bind-dn and --ldap-bind-password-file.");
    auto entry = find_user(connection, name);
    if (!entry) return std::nullopt;
    DirectoryUser user{name_of(*entry, name), {}};
    if (!can_be_user_name(user.name)) {
        spdlog::warn("The directory's user {} has no uid or sAMAccountName that can be an account's name",
                     entry->dn);
        return std::nullopt;
    }
    // Asked as who looks users up: they themselves may not be allowed to read it.
    user.groups = groups_of(connection, *entry, user.name);
    if (!connection.bind(entry->dn, password)) return std::nullopt;
    return user;
}

std::optional<LdapEntry> LdapDirectory::find_user(LdapConnection& connection, std::string_view name) const {
    auto found = connection.search(settings_.user_base, fill_filter(settings_.user_filter, name),
                                   {uid, windows_name, member_of}, most_groups);
    if (found.empty()) return std::nullopt;
    if (found.size() > 1) {
        spdlog::warn("{} users of the directory fit a name, so none of them logs on: {} and {}", found.size(),
                     found[0].dn, found[1].dn);
        return std::nullopt;
    }
    return std::move(found.front());
}

std::vector<std::string> LdapDirectory::groups_of(LdapConnection& connection, const LdapEntry& user,
                                                  const std::string& name) const {
    std::vector<std::string> groups;
    if (settings_.group_base.empty()) {
        for (const auto& dn : values_of(user, member_of))
            if (auto group = common_name_of(dn)) groups.push_back(std::move(*group));
        return groups;
    }
    auto dn = escape_filter_value(user.dn);
    auto filter =
        fmt::format("(|(member={0})(uniqueMember={0})(memberUid={1}))", dn, escape_filter_value(name));
    for (const auto& group : connection.search(settings_.group_base, filter, {common_name}, most_groups))
        if (const auto& names = values_of(group, common_name); !names.empty())
            groups.push_back(names.front());
    return groups;
}

}  // namespace holdfast::directory
