#include "base/text.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

namespace holdfast {

std::string to_hex(std::span<const std::byte> bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (auto byte : bytes) {
        text += digits[std::to_integer<unsigned>(byte) >> 4];
        text += digits[std::to_integer<unsigned>(byte) & 0x0f];
    }
    return text;
}

bool from_hex(std::string_view text, std::span<std::byte> into) {
    static constexpr auto digits = [] {
        std::array<std::uint8_t, 256> values;
        values.fill(0xff);
        for (std::uint8_t i = 0; i < 10; ++i) values['0' + i] = i;
        for (std::uint8_t i = 0; i < 6; ++i)
            values['a' + i] = values['A' + i] = static_cast<std::uint8_t>(10 + i);
        return values;
    }();
    if (text.size() != 2 * into.size()) return false;
    unsigned wrong = 0;
    for (std::size_t i = 0; i < into.size(); ++i) {
        unsigned high = digits[static_cast<unsigned char>(text[2 * i])];
        unsigned low = digits[static_cast<unsigned char>(text[2 * i + 1])];
        wrong |= high | low;
        into[i] = static_cast<std::byte>(high << 4 | low);
    }
    return wrong < 16;
}

std::string to_base64(std::span<const std::byte> bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::optional<std::vector<std::byte>> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    if (text.empty()) return std::vector<std::byte>();
    std::vector<std::byte> bytes(text.size() / 4 * 3);
    int size =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (size < 0) return std::nullopt;
    // OpenSSL counts the padding as zero bytes.
    auto padding = static_cast<std::size_t>(text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0);
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

std::string to_lower(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return to_lower(a) == to_lower(b);
}

std::string_view trimmed(std::string_view text) {
    static constexpr std::string_view blanks = " \t\r\n";
    auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string format_bytes(std::uint64_t count) {
    static constexpr std::array<const char*, 6> units{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    if (count < 1024) return fmt::format("{} B", count);
    auto value = static_cast<double>(count);
    std::size_t unit = 0;
    while (value >= 1000 && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    return fmt::format("{:.{}f} {}", value, value < 10 ? 2 : value < 100 ? 1 : 0, units[unit]);
}

std::span<const std::byte> as_bytes(std::string_view text) {
    return std::as_bytes(std::span(text));
}

std::string_view as_text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace holdfast
