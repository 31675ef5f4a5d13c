#include "api/description/characters.hpp"

#include <array>

namespace holdfast::api {

Character first_character(std::string_view text) {
    const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return {lead, 1, true};
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {0xFFFD, 1, false};
    char32_t code = lead & (0x7Fu >> size);
    for (std::size_t index = 1; index < size; ++index) {
        if ((byte(index) & 0xC0) != 0x80) return {0xFFFD, 1, false};
        code = code << 6 | (byte(index) & 0x3Fu);
    }
    const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (overlong || surrogate || code > 0x10FFFF) return {0xFFFD, 1, false};
    return {code, size, true};
}

std::size_t count_plain(std::string_view text) {
    static constexpr auto plain = [] {
        std::array<bool, 256> table{};
        for (std::size_t byte = ' '; byte < 0x7f; ++byte) table[byte] = true;
        for (unsigned char byte : {'&', '<', '>', '"', '\\'}) table[byte] = false;
        return table;
    }();
    std::size_t count = 0;
    while (count < text.size() && plain[static_cast<unsigned char>(text[count])]) ++count;
    return count;
}

bool allowed_in_xml(char32_t code) {
    if (code < 0x20) return code == '\t' || code == '\n' || code == '\r';
    if (code >= 0xD800 && code <= 0xDFFF) return false;
    return code != 0xFFFE && code != 0xFFFF && code <= 0x10FFFF;
}

std::size_t count_characters(std::string_view text) {
    std::size_t count = 0;
    for (char byte : text) count += (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
    return count;
}

}  // namespace holdfast::api
