#include "directory/ldap_connection.hpp"

#include <fmt/format.h>
#include <ldap.h>
#include <sys/time.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"

namespace holdfast::directory {
namespace {

constexpr timeval step_limit{5, 0};
constexpr std::chrono::seconds whole_limit{10};

// The server has heard the question and says no.
bool is_refusal(int result) {
    constexpr std::array refusals = {LDAP_INVALID_CREDENTIALS,  LDAP_INAPPROPRIATE_AUTH,
                                     LDAP_CONSTRAINT_VIOLATION, LDAP_INSUFFICIENT_ACCESS,
                                     LDAP_NO_SUCH_OBJECT,       LDAP_UNWILLING_TO_PERFORM};
    return std::ranges::find(refusals, result) != refusals.end();
}

// Called by libldap before TLS is started on the connection.
int watch(LDAP*, Sockbuf* buffer, LDAPURLDesc*, sockaddr*, ldap_conncb* context) noexcept {
    int socket = -1;
    if (ber_sockbuf_ctrl(buffer, LBER_SB_OPT_GET_FD, &socket) != 1) return LDAP_LOCAL_ERROR;
    try {
        static_cast<ConnectionDeadline*>(context->lc_arg)->watch(socket);
        return LDAP_SUCCESS;
    } catch (const std::exception&) {
        return LDAP_LOCAL_ERROR;
    }
}

void forget(LDAP*, Sockbuf*, ldap_conncb*) {}

std::string text_of(const berval& value) {
    return {value.bv_val, value.bv_len};
}

}  // namespace

void LdapConnection::Unbind::operator()(LDAP* handle) const {
    ldap_unbind_ext(handle, nullptr, nullptr);
}

// The first question of all sets libldap up, which two threads must not do side by side.
void prepare_ldap() {
    int version = 0;
    ldap_get_option(nullptr, LDAP_OPT_PROTOCOL_VERSION, &version);
}

LdapConnection::LdapConnection(const LdapServer& server)
    : uri_(server.uri),
      deadline_(whole_limit),
      on_connect_(std::make_unique<ldap_conncb>(ldap_conncb{watch, forget, &deadline_})) {
    LDAP* handle = nullptr;
    int result = ldap_initialize(&handle, server.uri.c_str());
    handle_.reset(handle);
    if (result != LDAP_SUCCESS) fail(result, "setting up the connection");
    set_up(server);
    if (server.uri.starts_with("ldap://")) start_tls();
}

LdapConnection::~LdapConnection() = default;

// Everything is set here, so that no ldap.conf and no environment weakens it.
void LdapConnection::set_up(const LdapServer& server) {
    auto set = [&](int option, const void* value) {
        if (ldap_set_option(handle_.get(), option, value) != LDAP_OPT_SUCCESS)
            fail(LDAP_PARAM_ERROR,
                 fmt::format("setting option {:#x} (is {} a file of certificates?)", option, server.ca_file));
    };
    const int version = LDAP_VERSION3;
    const int never = LDAP_DEREF_NEVER;
    const int demand = LDAP_OPT_X_TLS_DEMAND;
    const int oldest = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
    const int client = 0;
    set(LDAP_OPT_PROTOCOL_VERSION, &version);
    set(LDAP_OPT_REFERRALS, LDAP_OPT_OFF);
    set(LDAP_OPT_RESTART, LDAP_OPT_OFF);
    set(LDAP_OPT_DEREF, &never);
    set(LDAP_OPT_CONNECT_CB, on_connect_.get());
    set(LDAP_OPT_NETWORK_TIMEOUT, &step_limit);
    set(LDAP_OPT_TIMEOUT, &step_limit);
    set(LDAP_OPT_X_TLS_CACERTFILE, server.ca_file.c_str());
    set(LDAP_OPT_X_TLS_REQUIRE_CERT, &demand);
    set(LDAP_OPT_X_TLS_PROTOCOL_MIN, &oldest);
    set(LDAP_OPT_X_TLS_NEWCTX, &client);
}

void LdapConnection::start_tls() {
    int result = ldap_start_tls_s(handle_.get(), nullptr, nullptr);
    if (result != LDAP_SUCCESS) fail(result, "starting TLS");
}

bool LdapConnection::bind(const std::string& dn, std::string_view password) {
    if (dn.empty() || password.empty()) return false;
    // libldap only reads it.
    berval secret{password.size(), const_cast<char*>(password.data())};
    int result =
        ldap_sasl_bind_s(handle_.get(), dn.c_str(), LDAP_SASL_SIMPLE, &secret, nullptr, nullptr, nullptr);
    if (result != LDAP_SUCCESS && !is_refusal(result)) fail(result, "logging on as " + dn);
    return result == LDAP_SUCCESS;
}

std::vector<LdapEntry> LdapConnection::search(const std::string& base, const std::string& filter,
                                              const std::vector<std::string>& attributes, int most) {
    std::vector<char*> names;
    for (const auto& name : attributes) names.push_back(const_cast<char*>(name.c_str()));
    names.push_back(nullptr);
    timeval limit = step_limit;
    LDAPMessage* found = nullptr;
    int result = ldap_search_ext_s(handle_.get(), base.c_str(), LDAP_SCOPE_SUBTREE, filter.c_str(),
                                   names.data(), 0, nullptr, nullptr, &limit, most, &found);
    std::unique_ptr<LDAPMessage, decltype(&ldap_msgfree)> owner(found, ldap_msgfree);
    if (result != LDAP_SUCCESS) fail(result, "searching below " + base);
    std::vector<LdapEntry> entries;
    for (auto* entry = ldap_first_entry(handle_.get(), found); entry;
         entry = ldap_next_entry(handle_.get(), entry))
        entries.push_back(read_entry(entry, attributes));
    return entries;
}

LdapEntry LdapConnection::read_entry(void* message, const std::vector<std::string>& attributes) const {
    auto* entry = static_cast<LDAPMessage*>(message);
    LdapEntry read;
    std::unique_ptr<char, decltype(&ldap_memfree)> dn(ldap_get_dn(handle_.get(), entry), ldap_memfree);
    if (dn) read.dn = dn.get();
    for (const auto& name : attributes) {
        std::unique_ptr<berval*, decltype(&ldap_value_free_len)> values(
            ldap_get_values_len(handle_.get(), entry, name.c_str()), ldap_value_free_len);
        if (!values) continue;
        for (auto* value = values.get(); *value; ++value) read.values[name].push_back(text_of(**value));
    }
    return read;
}

void LdapConnection::fail(int result, const std::string& doing) const {
    std::string more;
    char* diagnostic = nullptr;
    if (handle_ &&
        ldap_get_option(handle_.get(), LDAP_OPT_DIAGNOSTIC_MESSAGE, &diagnostic) == LDAP_OPT_SUCCESS &&
        diagnostic) {
        if (*diagnostic) more = fmt::format(" ({})", diagnostic);
        ldap_memfree(diagnostic);
    }
    throw Error(ErrorKind::unavailable, fmt::format("The directory {} failed while {}: {}{}", uri_, doing,
                                                    ldap_err2string(result), more));
}

}  // namespace holdfast::directory
