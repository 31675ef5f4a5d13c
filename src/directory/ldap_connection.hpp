// One connection to an LDAP server, encrypted always. The only place, with ldap_text, that knows libldap.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "directory/connection_deadline.hpp"

typedef struct ldap LDAP;
struct ldap_conncb;

namespace holdfast::directory {

struct LdapServer {
    // One server or several with blanks between, tried in turn: all "ldaps://", or all "ldap://" for
    // StartTLS.
    std::string uri;
    std::string ca_file = "/etc/ssl/certs/ca-certificates.crt";  // PEM; Debian's
};

struct LdapEntry {
    std::string dn;
    std::map<std::string, std::vector<std::string>> values;  // of the attributes that were asked for
};

// To be called once before several threads make connections.
void prepare_ldap();

// Used by one thread. Whatever goes wrong on the way is unavailable and says what; each step takes five
// seconds at most, all of it ten. Referrals are not followed.
class LdapConnection {
  public:
    // Nothing is sent before the TLS connection stands and its certificate is verified.
    explicit LdapConnection(const LdapServer& server);
    ~LdapConnection();

    // Whether the server takes this DN with this password. Both must be there: servers take a DN without a
    // password as nobody.
    bool bind(const std::string& dn, std::string_view password);
    // Below `base`, at most so many; more is an error.
    std::vector<LdapEntry> search(const std::string& base, const std::string& filter,
                                  const std::vector<std::string>& attributes, int most);

  private:
    struct Unbind {
        void operator()(LDAP* handle) const;
    };
    void start_tls();
    void set_up(const LdapServer& server);
    [[noreturn]] void fail(int result, const std::string& doing) const;
    LdapEntry read_entry(void* entry, const std::vector<std::string>& attributes) const;

    std::string uri_;
    // Used by the handle until its end.
    ConnectionDeadline deadline_;
    std::unique_ptr<ldap_conncb> on_connect_;
    std::unique_ptr<LDAP, Unbind> handle_;
};

}  // namespace holdfast::directory
