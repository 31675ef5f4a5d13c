// Where a repository is, as restic writes it:
//   /srv/backup                                   a folder; also local:/srv/backup
//   rest:https://user:password@host:8000/path/    a REST server; http:// too
//   rest:http+unix:///run/rest.socket:/path/      the same over a unix socket; https+unix:// too
//   rclone:remote:path                            whatever rclone reaches
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace holdfast::repository {

struct LocalAddress {
    std::filesystem::path folder;
};

struct RestAddress {
    std::string url;  // "https://host:8000/path/": ends with a slash, has neither user nor password
    std::string user;
    std::string password;
    std::filesystem::path socket{};  // empty: over TCP
};

struct RcloneAddress {
    std::string remote;  // "remote:path", as rclone's command line takes it
};

using RepositoryAddress = std::variant<LocalAddress, RestAddress, RcloneAddress>;

// Throws invalid_input; its message has no password.
RepositoryAddress parse_repository_url(std::string_view url);

// For messages and lists: passwords, and the parameters of an rclone remote given in the URL itself, are
// written as ***. Takes any text.
std::string without_password(std::string_view url);

// Whether it holds something that others must not see.
bool has_password(std::string_view url);

}  // namespace holdfast::repository
