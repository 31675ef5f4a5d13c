// Who somebody else's directory knows: users with their passwords and groups.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::directory {

struct DirectoryUser {
    std::string name;                 // as the directory writes it, whatever was typed
    std::vector<std::string> groups;  // their names
};

// Any thread.
class Directory {
  public:
    virtual ~Directory() = default;
    // Nothing for a name that is not known (or is not known for certain), a wrong or an empty password.
    // Throws unavailable, saying what happened, where the directory cannot be asked. Takes seconds then.
    virtual std::optional<DirectoryUser> authenticate(std::string_view name, std::string_view password) = 0;
};

}  // namespace holdfast::directory
