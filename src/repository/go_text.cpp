#include "repository/go_text.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>

namespace holdfast::repository {
namespace {

struct Character {
    std::uint32_t code = 0;
    std::size_t size = 0;  // in bytes; 0 for a byte that does not start a character of UTF-8
};

Character decode_utf8(std::string_view text) {
    auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    std::uint8_t first = byte(0);
    if (first < 0x80) return {first, 1};
    std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < size) return {};
    std::uint32_t code = first & (0x7fu >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return {};
        code = code << 6 | (byte(i) & 0x3f);
    }
    static constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
    bool surrogate = code >= 0xd800 && code <= 0xdfff;
    if (code < least[size] || code > 0x10ffff || surrogate) return {};
    return {code, size};
}

void append_utf8(std::string& text, std::uint32_t code) {
    auto add = [&](std::uint32_t value) { text += static_cast<char>(value); };
    if (code < 0x80) return add(code);
    if (code < 0x800) {
        add(0xc0 | code >> 6);
    } else if (code < 0x10000) {
        add(0xe0 | code >> 12);
        add(0x80 | (code >> 6 & 0x3f));
    } else {
        add(0xf0 | code >> 18);
        add(0x80 | (code >> 12 & 0x3f));
        add(0x80 | (code >> 6 & 0x3f));
    }
    add(0x80 | (code & 0x3f));
}

// What strconv.IsPrint says no to, as far as it matters: controls, spaces other than U+0020, format and
// private characters. A rare character that Go judges otherwise gives a tree another id than restic's, and
// reads back as the same name.
bool is_printable(std::uint32_t code) {
    struct Range {
        std::uint32_t first, last;
    };
    static constexpr Range unprintable[] = {
        {0x00, 0x1f},     {0x7f, 0xa0},     {0xad, 0xad},       {0x061c, 0x061c},
        {0x1680, 0x1680}, {0x180e, 0x180e}, {0x2000, 0x200f},   {0x2028, 0x202f},
        {0x205f, 0x206f}, {0x3000, 0x3000}, {0xd800, 0xf8ff},   {0xfeff, 0xfeff},
        {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe00ff}, {0xf0000, 0x10ffff}};
    for (auto range : unprintable)
        if (code >= range.first && code <= range.last) return false;
    return true;
}

constexpr std::string_view short_escapes = "a\ab\bf\fn\nr\rt\tv\v\\\\\"\"";  // pairs: letter, character

std::optional<std::uint32_t> take_digits(std::string_view& text, std::size_t count, unsigned base) {
    if (text.size() < count) return std::nullopt;
    std::uint32_t value = 0;
    for (char c : text.substr(0, count)) {
        unsigned digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                         : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a' + 10)
                         : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A' + 10)
                                                : 99;
        if (digit >= base) return std::nullopt;
        value = value * base + digit;
    }
    text.remove_prefix(count);
    return value;
}

// `text` begins after the backslash. False for an escape that Go does not know.
bool append_unescaped(std::string& name, std::string_view& text) {
    if (text.empty()) return false;
    char letter = text.front();
    for (std::size_t i = 0; i < short_escapes.size(); i += 2) {
        if (short_escapes[i] != letter) continue;
        name += short_escapes[i + 1];
        text.remove_prefix(1);
        return true;
    }
    bool octal = letter >= '0' && letter <= '7';
    if (!octal) text.remove_prefix(1);
    std::size_t digits = octal ? 3 : letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
    if (digits == 0) return false;
    auto value = take_digits(text, digits, octal ? 8 : 16);
    if (!value) return false;
    if (octal || letter == 'x') {
        if (*value > 255) return false;
        name += static_cast<char>(*value);
        return true;
    }
    if (*value > 0x10ffff || (*value >= 0xd800 && *value <= 0xdfff)) return false;
    append_utf8(name, *value);
    return true;
}

}  // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        auto size = decode_utf8(text).size;
        if (size == 0) return false;
        text.remove_prefix(size);
    }
    return true;
}

char32_t take_character(std::string_view& text) {
    auto [code, size] = decode_utf8(text);
    text.remove_prefix(size == 0 ? 1 : size);
    return size == 0 ? 0xfffd : code;
}

void append_json_string(std::string& json, std::string_view text) {
    json += '"';
    while (!text.empty()) {
        auto [code, size] = decode_utf8(text);
        if (size == 0) {
            json += "\\ufffd";
            text.remove_prefix(1);
            continue;
        }
        if (code == '"' || code == '\\')
            json += {'\\', static_cast<char>(code)};
        else if (code == '\n')
            json += "\\n";
        else if (code == '\r')
            json += "\\r";
        else if (code == '\t')
            json += "\\t";
        else if (code < 0x20 || code == '<' || code == '>' || code == '&' || code == 0x2028 || code == 0x2029)
            json += fmt::format("\\u{:04x}", code);
        else
            json += text.substr(0, size);
        text.remove_prefix(size);
    }
    json += '"';
}

std::string quote_name(std::string_view name) {
    std::string quoted;
    while (!name.empty()) {
        auto [code, size] = decode_utf8(name);
        auto escape = code < 0x80 && size == 1 ? short_escapes.find(static_cast<char>(code), 1)
                                               : std::string_view::npos;
        // Characters stand at the odd places of the list, letters at the even ones.
        while (escape != std::string_view::npos && escape % 2 == 0)
            escape = short_escapes.find(static_cast<char>(code), escape + 1);
        if (size == 0)
            quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(name.front()));
        else if (escape != std::string_view::npos)
            quoted += {'\\', short_escapes[escape - 1]};
        else if (is_printable(code))
            quoted += name.substr(0, size);
        else if (code < 0x80)
            quoted += fmt::format("\\x{:02x}", code);
        else if (code < 0x10000)
            quoted += fmt::format("\\u{:04x}", code);
        else
            quoted += fmt::format("\\U{:08x}", code);
        name.remove_prefix(size == 0 ? 1 : size);
    }
    return quoted;
}

std::optional<std::string> unquote_name(std::string_view quoted) {
    std::string name;
    while (!quoted.empty()) {
        char c = quoted.front();
        if (c == '"' || c == '\n') return std::nullopt;
        quoted.remove_prefix(1);
        if (c != '\\')
            name += c;
        else if (!append_unescaped(name, quoted))
            return std::nullopt;
    }
    return name;
}

void JsonObjectText::key(std::string_view name) {
    if (!first_) json_ += ',';
    first_ = false;
    append_json_string(json_, name);
    json_ += ':';
}

void JsonObjectText::string(std::string_view name, std::string_view value) {
    key(name);
    append_json_string(json_, value);
}

void JsonObjectText::number(std::string_view name, unsigned long long value) {
    key(name);
    json_ += std::to_string(value);
}

void JsonObjectText::boolean(std::string_view name, bool value) {
    key(name);
    json_ += value ? "true" : "false";
}

}  // namespace holdfast::repository
