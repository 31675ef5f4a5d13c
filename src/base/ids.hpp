// Identifiers: 128-bit ids, and the URNs that carry them on the wire.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

// A UUID. All zero means "none".
class Uuid {
  public:
    constexpr Uuid() = default;
    explicit constexpr Uuid(std::array<std::uint8_t, 16> bytes) : bytes_(bytes) {}

    // 122 random bits from the system's generator (version 4): may serve as a secret.
    static Uuid random();
    // The same id for the same text and space, for ids that must be found again (version 5, SHA-1).
    static Uuid from_name(const Uuid& space, std::string_view name);
    // "b6bfce60-7d42-46d7-9e55-0a40c04b0d7d" in any letter case; nothing else.
    static std::optional<Uuid> parse(std::string_view text);

    std::string to_string() const;
    bool is_nil() const { return *this == Uuid(); }
    const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
    auto operator<=>(const Uuid&) const = default;

  private:
    std::array<std::uint8_t, 16> bytes_{};
};

// "urn:veeam:Job:<uuid>"
std::string make_urn(std::string_view type, const Uuid& id);
// The id in "urn:veeam:<any type>:<uuid>" or in a bare "<uuid>", as clients write either.
std::optional<Uuid> parse_urn_or_id(std::string_view text);

}  // namespace holdfast

template <>
struct std::hash<holdfast::Uuid> {
    std::size_t operator()(const holdfast::Uuid& id) const noexcept {
        return std::hash<std::string_view>()(
            std::string_view(reinterpret_cast<const char*>(id.bytes().data()), id.bytes().size()));
    }
};
