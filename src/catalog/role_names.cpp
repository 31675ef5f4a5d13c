#include "catalog/role_names.hpp"

#include <algorithm>

namespace holdfast::catalog {

std::string join_roles(const std::vector<std::string>& roles) {
    std::string text;
    for (const auto& role : roles) text += (text.empty() ? "" : ",") + role;
    return text;
}

std::vector<std::string> split_roles(const std::string& text) {
    std::vector<std::string> roles;
    for (std::size_t start = 0; start < text.size();) {
        auto end = std::min(text.find(',', start), text.size());
        roles.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return roles;
}

}  // namespace holdfast::catalog
