// Credentials for guests and hosts, and passwords that encrypt backups. Passwords are written by clients
// only: answers leave them empty.
#pragma once

#include <optional>
#include <string>

#include "api/description/list.hpp"
#include "api/types/resource.hpp"

namespace holdfast::api {

// Also the body of an edit, which sends only what it changes.
struct CredentialsInfo : Resource {
    std::optional<std::string> Id;
    std::optional<std::string> Username;
    std::optional<std::string> Description;
    std::optional<std::string> Password;
};
struct CredentialsInfoList : List<CredentialsInfo> {};

struct CredentialsInfoSpec {
    std::optional<std::string> Username;
    std::optional<std::string> Description;
    std::optional<std::string> Password;
};

struct PasswordKeyInfo : Resource {
    std::string ID;
    std::optional<std::string> Hint;
    std::optional<Timestamp> LastModificationDate;
};
struct PasswordKeyInfoList : List<PasswordKeyInfo> {};

// Making one needs the password; an edit changes the hint only.
struct PasswordKeyInfoSpec {
    std::optional<std::string> Hint;
    std::optional<std::string> Password;
};

}  // namespace holdfast::api
