#include "base/unicode.hpp"

#include <cstdint>
#include <optional>

namespace holdfast {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

struct Character {
    char32_t code;
    std::size_t bytes;
};

// The character that `text` begins with; nothing where that is not UTF-8 (overlong forms and surrogates are
// not).
std::optional<Character> decode(std::string_view text) {
    auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    unsigned char first = byte(0);
    if (first < 0x80) return Character{first, 1};
    std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length) return std::nullopt;
    char32_t code = first & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return std::nullopt;
        code = code << 6 | (byte(i) & 0x3fu);
    }
    constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return std::nullopt;
    return Character{code, length};
}

void append(std::string& text, char32_t code) {
    auto put = [&](char32_t value) { text += static_cast<char>(static_cast<unsigned char>(value)); };
    if (code < 0x80) return put(code);
    if (code < 0x800) return put(0xc0 | code >> 6), put(0x80 | (code & 0x3f));
    if (code < 0x10000)
        return put(0xe0 | code >> 12), put(0x80 | (code >> 6 & 0x3f)), put(0x80 | (code & 0x3f));
    put(0xf0 | code >> 18), put(0x80 | (code >> 12 & 0x3f)), put(0x80 | (code >> 6 & 0x3f)),
        put(0x80 | (code & 0x3f));
}

// XML 1.0, production 2 (Char).
bool allowed_in_xml(char32_t code) {
    if (code < 0x20) return code == '\t' || code == '\n' || code == '\r';
    return code != 0xfffe && code != 0xffff;
}

char32_t lower(char32_t code) {
    auto in = [code](char32_t first, char32_t last) { return code >= first && code <= last; };
    if (in('A', 'Z') || (in(0xc0, 0xde) && code != 0xd7) || in(0x391, 0x3a9) || in(0x410, 0x42f))
        return code + 0x20;
    if (in(0x400, 0x40f)) return code + 0x50;
    if (in(0x100, 0x12f) || in(0x132, 0x137) || in(0x14a, 0x177)) return code | 1;
    if (in(0x139, 0x148) || in(0x179, 0x17e)) return code + (code & 1);
    return code;
}

}  // namespace

std::string display_name(std::string_view name) {
    std::string result;
    while (!name.empty()) {
        auto character = decode(name);
        bool good = character && allowed_in_xml(character->code);
        std::size_t bytes = character ? character->bytes : 1;
        result += good ? name.substr(0, bytes) : replacement;
        name.remove_prefix(bytes);
    }
    return result;
}

std::string folded(std::string_view name) {
    std::string result;
    while (!name.empty()) {
        auto character = decode(name).value_or(Character{0xfffd, 1});
        append(result, lower(character.code));
        name.remove_prefix(character.bytes);
    }
    return result;
}

}  // namespace holdfast
