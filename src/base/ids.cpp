#include "base/ids.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cctype>

#include "base/random.hpp"

namespace holdfast {
namespace {

std::array<std::uint8_t, 16> stamped(std::array<std::uint8_t, 16> bytes, std::uint8_t version) {
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | (version << 4));
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
    return bytes;
}

std::optional<std::uint8_t> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
    return std::nullopt;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view start) {
    return text.size() >= start.size() &&
           std::equal(start.begin(), start.end(), text.begin(),
                      [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

}  // namespace

Uuid Uuid::random() {
    std::array<std::uint8_t, 16> bytes;
    fill_random(std::as_writable_bytes(std::span(bytes)));
    return Uuid(stamped(bytes, 4));
}

Uuid Uuid::from_name(const Uuid& space, std::string_view name) {
    std::string input(reinterpret_cast<const char*>(space.bytes_.data()), space.bytes_.size());
    input += name;
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    EVP_Digest(input.data(), input.size(), digest.data(), &size, EVP_sha1(), nullptr);
    std::array<std::uint8_t, 16> bytes;
    std::copy_n(digest.begin(), bytes.size(), bytes.begin());
    return Uuid(stamped(bytes, 5));
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    std::array<std::uint8_t, 16> bytes;
    std::size_t byte = 0;
    for (std::size_t i = 0; i < text.size();) {
        if (i == 8 || i == 13 || i == 18 || i == 23) {
            if (text[i++] != '-') return std::nullopt;
            continue;
        }
        auto high = hex_digit(text[i]);
        auto low = hex_digit(text[i + 1]);
        if (!high || !low) return std::nullopt;
        bytes[byte++] = static_cast<std::uint8_t>(*high << 4 | *low);
        i += 2;
    }
    return Uuid(bytes);
}

std::string Uuid::to_string() const {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(36);
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
        text += digits[bytes_[i] >> 4];
        text += digits[bytes_[i] & 0x0f];
    }
    return text;
}

std::string make_urn(std::string_view type, const Uuid& id) {
    return "urn:veeam:" + std::string(type) + ':' + id.to_string();
}

std::optional<Uuid> parse_urn_or_id(std::string_view text) {
    if (starts_with_ignoring_case(text, "urn:veeam:")) {
        auto colon = text.rfind(':');
        if (colon < 10) return std::nullopt;
        text.remove_prefix(colon + 1);
    }
    return Uuid::parse(text);
}

}  // namespace holdfast
