// The versions of the API. A logon names that of its session, and the session is answered in it.
#pragma once

#include <array>
#include <cstdint>

namespace holdfast::api {

enum class ApiVersion : std::uint8_t { v1_0, v1_1, v1_2, v1_3, v1_4, v1_5, v1_6, v1_7 };

inline constexpr ApiVersion newest_version = ApiVersion::v1_7;
inline constexpr std::array all_versions = {ApiVersion::v1_0, ApiVersion::v1_1, ApiVersion::v1_2,
                                            ApiVersion::v1_3, ApiVersion::v1_4, ApiVersion::v1_5,
                                            ApiVersion::v1_6, ApiVersion::v1_7};

// The versions that have something.
struct VersionRange {
    ApiVersion first = ApiVersion::v1_0;
    ApiVersion last = newest_version;

    constexpr bool contains(ApiVersion version) const { return first <= version && version <= last; }
    constexpr bool is_all() const { return *this == VersionRange{}; }
    constexpr bool operator==(const VersionRange&) const = default;
};

constexpr VersionRange since(ApiVersion first) {
    return {.first = first};
}
constexpr VersionRange until(ApiVersion last) {
    return {.last = last};
}

}  // namespace holdfast::api
