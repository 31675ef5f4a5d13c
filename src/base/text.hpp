// Small conversions between bytes, numbers and text that more than one folder needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast {

std::string to_hex(std::span<const std::byte> bytes);
// Exactly the bytes that there is room for; false for another length, or a character that is no digit. Then
// what is in `into` means nothing.
bool from_hex(std::string_view text, std::span<std::byte> into);

std::string to_base64(std::span<const std::byte> bytes);
// Nothing for text that is not base64 with its padding.
std::optional<std::vector<std::byte>> from_base64(std::string_view text);

// ASCII only, as protocols want it.
std::string to_lower(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);
std::string_view trimmed(std::string_view text);

// "1.5 GiB": three significant digits, binary units.
std::string format_bytes(std::uint64_t count);

std::span<const std::byte> as_bytes(std::string_view text);
std::string_view as_text(std::span<const std::byte> bytes);

}  // namespace holdfast
