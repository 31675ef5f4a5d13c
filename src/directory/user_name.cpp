#include "directory/user_name.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace holdfast::directory {

bool can_be_user_name(std::string_view name) {
    constexpr std::size_t longest = 256;
    bool is_printable = std::ranges::all_of(
        name, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != ':' && c != '\\'; });
    return is_printable && !name.empty() && name.size() <= longest && name == trimmed(name);
}

}  // namespace holdfast::directory
