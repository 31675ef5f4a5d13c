// The server: everything put together, from the database to the listening port.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "directory/ldap_directory.hpp"
#include "protection/machine_slots.hpp"

namespace holdfast {

struct ServeOptions {
    std::filesystem::path data_directory;
    std::string address = "0.0.0.0";
    std::uint16_t port = 9398;
    std::string database_url;                     // empty: SQLite in the data directory
    std::filesystem::path initial_password_file;  // empty: a password is made and told once
    std::filesystem::path certificate_file;       // both empty: self-signed, in the data directory
    std::filesystem::path private_key_file;
    int mount_idle_minutes = 30;
    protection::MachineLimits machine_limits;
    directory::LdapSettings ldap;  // no URI: no directory is asked. Its password is in the file:
    std::filesystem::path ldap_bind_password_file;
    std::string pam_service;  // in the place of LDAP; empty: the system's users are not asked for
};

// Runs until SIGTERM or SIGINT, then ends cleanly. The signals must be blocked in all threads when it is
// called.
void serve(const ServeOptions& options);

}  // namespace holdfast
