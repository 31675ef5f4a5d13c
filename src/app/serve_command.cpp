#include "app/serve_command.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <memory>

#include "app/serve.hpp"
#include "base/error.hpp"
#include "base/log.hpp"

namespace holdfast {
namespace {

std::string default_data_directory() {
    if (::geteuid() == 0) return "/var/lib/holdfast";
    const char* home = std::getenv("HOME");
    return std::string(home == nullptr ? "." : home) + "/.local/share/holdfast";
}

// "127.0.0.1:9398", "[::1]:9398", "0.0.0.0" or "9398".
void read_listen(const std::string& text, ServeOptions& options) {
    auto refuse = [&] {
        return Error(ErrorKind::invalid_input, fmt::format("--listen {} is no address with a port", text))
            .advise("Write ADDRESS:PORT, for instance 127.0.0.1:9398 or [::]:9398.");
    };
    auto colon = text.rfind(':');
    bool is_bare_ipv6 = text.starts_with('[') && text.ends_with(']');
    auto address = colon == std::string::npos || is_bare_ipv6 ? text : text.substr(0, colon);
    if (colon != std::string::npos && !is_bare_ipv6) {
        auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), options.port);
        if (error != std::errc() || end != text.data() + text.size()) throw refuse();
    }
    if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
    if (address.empty()) throw refuse();
    options.address = address;
}

// Before any thread starts, so that all of them inherit it: serve() then waits for these signals itself.
void block_end_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

void add_limit_options(CLI::App& command, protection::MachineLimits& limits) {
    auto add = [&](const char* name, unsigned& limit, const char* text, const char* variable) {
        command.add_option(name, limit, text)
            ->envname(variable)
            ->check(CLI::Range(1, 64))
            ->capture_default_str();
    };
    add("--machines-per-host", limits.per_host, "So many machines of a host are backed up at a time",
        "HOLDFAST_MACHINES_PER_HOST");
    add("--machines-per-repository", limits.per_repository,
        "So many are backed up into a repository at a time", "HOLDFAST_MACHINES_PER_REPOSITORY");
    add("--machines-per-storage", limits.per_storage,
        "So many with disks in the same storage pool, or outside of pools in the same folder or volume group",
        "HOLDFAST_MACHINES_PER_STORAGE");
}

void add_directory_options(CLI::App& command, ServeOptions& options) {
    auto& ldap = options.ldap;
    auto* uri =
        command
            .add_option("--ldap-uri", ldap.server.uri,
                        "Directory that keeps accounts, too: ldaps://HOST, or ldap://HOST for StartTLS; "
                        "several with blanks between")
            ->envname("HOLDFAST_LDAP_URI");
    auto add = [&](const char* name, auto& value, const char* text, const char* variable) {
        auto* option = command.add_option(name, value, text)->envname(variable);
        option->needs(uri);
        return option;
    };
    auto* base =
        add("--ldap-user-base", ldap.user_base, "DN below which users are", "HOLDFAST_LDAP_USER_BASE");
    uri->needs(base);
    add("--ldap-user-filter", ldap.user_filter, "Filter that finds a user by {name}",
        "HOLDFAST_LDAP_USER_FILTER")
        ->capture_default_str();
    add("--ldap-group-base", ldap.group_base,
        "DN below which groups are, found by member, uniqueMember or memberUid; default: those that the "
        "user's "
        "memberOf names",
        "HOLDFAST_LDAP_GROUP_BASE");
    auto* dn = add("--ldap-bind-dn", ldap.bind_dn, "DN that looks users up; default: nobody, anonymously",
                   "HOLDFAST_LDAP_BIND_DN");
    auto* password = add("--ldap-bind-password-file", options.ldap_bind_password_file,
                         "File with its password", "HOLDFAST_LDAP_BIND_PASSWORD_FILE");
    dn->needs(password);
    password->needs(dn);
    command
        .add_option("--pam-service", options.pam_service,
                    "File in /etc/pam.d by which users of this machine log on, in the place of LDAP")
        ->envname("HOLDFAST_PAM_SERVICE")
        ->excludes(uri);
    add("--ldap-ca", ldap.server.ca_file, "Who signed the directory's certificate, PEM", "HOLDFAST_LDAP_CA")
        ->capture_default_str();
}

}  // namespace

void add_serve_command(CLI::App& app) {
    struct Given {
        ServeOptions options;
        std::string data_directory = default_data_directory();
        std::string listen = "0.0.0.0:9398";
        std::string log_level = "info";
    };
    auto given = std::make_shared<Given>();
    auto* command =
        app.add_subcommand("serve", "Run the server: the REST API, the schedule, backups and restores.");
    command->footer(
        "Every option can stand in the file given with --config (below [serve], as data-dir = \"/srv\") and "
        "in the\n"
        "environment (--data-dir as HOLDFAST_DATA_DIR). The command line counts first, then the file, then "
        "the\n"
        "environment.\n\n"
        "The first start makes the account \"admin\". Its password is read from --initial-password-file, or "
        "made and\n"
        "told once on standard error. SIGTERM ends the server cleanly.");
    command
        ->add_option("--data-dir", given->data_directory, "Where the catalog, keys and certificate are kept")
        ->envname("HOLDFAST_DATA_DIR")
        ->capture_default_str();
    command->add_option("--listen", given->listen, "Address and port of the HTTPS API")
        ->envname("HOLDFAST_LISTEN")
        ->capture_default_str();
    command
        ->add_option("--initial-password-file", given->options.initial_password_file,
                     "File with the password of the first administrator; used only while there is no account")
        ->envname("HOLDFAST_INITIAL_PASSWORD_FILE");
    command
        ->add_option("--database", given->options.database_url,
                     "sqlite:///path or postgresql://user@host/name; default: SQLite in the data directory")
        ->envname("HOLDFAST_DATABASE");
    auto* certificate =
        command
            ->add_option("--certificate", given->options.certificate_file,
                         "TLS certificate with its chain, PEM; default: self-signed, made at the first start")
            ->envname("HOLDFAST_CERTIFICATE");
    auto* key = command->add_option("--private-key", given->options.private_key_file, "Its private key, PEM")
                    ->envname("HOLDFAST_PRIVATE_KEY");
    certificate->needs(key);
    key->needs(certificate);
    command
        ->add_option("--mount-idle-minutes", given->options.mount_idle_minutes,
                     "Mounted restore points that nobody uses end after this time")
        ->envname("HOLDFAST_MOUNT_IDLE_MINUTES")
        ->check(CLI::Range(1, 1440))
        ->capture_default_str();
    add_limit_options(*command, given->options.machine_limits);
    add_directory_options(*command, given->options);
    command->add_option("--log-level", given->log_level, "How much is logged to standard error")
        ->envname("HOLDFAST_LOG_LEVEL")
        ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
        ->capture_default_str();
    command->callback([given] {
        given->options.data_directory = given->data_directory;
        read_listen(given->listen, given->options);
        block_end_signals();
        start_logging(given->log_level);
        serve(given->options);
    });
}

}  // namespace holdfast
