// Users and groups of an LDAP directory: OpenLDAP, Active Directory, FreeIPA, 389.
#pragma once

#include "directory/directory.hpp"
#include "directory/ldap_connection.hpp"

namespace holdfast::directory {

struct LdapSettings {
    LdapServer server;
    std::string bind_dn;  // who looks users up; empty: nobody (anonymously)
    std::string bind_password;
    std::string user_base;
    // One user at most may fit.
    std::string user_filter = "(|(uid={name})(sAMAccountName={name})(userPrincipalName={name}))";
    // Groups below it that name the user; empty: those that the user's memberOf names.
    std::string group_base;
};

class LdapDirectory : public Directory {
  public:
    // invalid_input, naming the option, for settings that cannot be.
    explicit LdapDirectory(LdapSettings settings);

    std::optional<DirectoryUser> authenticate(std::string_view name, std::string_view password) override;

  private:
    std::optional<LdapEntry> find_user(LdapConnection& connection, std::string_view name) const;
    std::vector<std::string> groups_of(LdapConnection& connection, const LdapEntry& user,
                                       const std::string& name) const;

    const LdapSettings settings_;
};

}  // namespace holdfast::directory
