// The types that a resource's members are made of. What a member is on the wire is told by its type alone:
//   T                  a required element              std::optional<T>  an element that may be missing
//   std::vector<T>     an element that repeats         Attribute<...>    an XML attribute, required or
//   optional InnerText<T>       the text between the tags, in JSON the member `Value`
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace holdfast::api {

// A value that behaves as the T it holds, and whose type says where on the wire it stands.
template <typename T, typename Place>
struct Placed {
    using Held = T;
    constexpr Placed() = default;
    constexpr Placed(T initial) : value(initial) {}
    constexpr operator T() const { return value; }
    T value{};
};

template <typename T, typename Place>
    requires std::is_class_v<T>
struct Placed<T, Place> : T {
    using Held = T;
    using T::T;
    Placed() = default;
    Placed(T initial) : T(std::move(initial)) {}
    template <typename U>
        requires(!std::is_same_v<std::remove_cvref_t<U>, Placed> && std::is_assignable_v<T&, U>)
    Placed& operator=(U&& value) {
        static_cast<T&>(*this) = std::forward<U>(value);
        return *this;
    }
    // Two of a kind, or with whatever a T compares to.
    template <typename U>
    friend bool operator==(const Placed& a, const U& b) {
        if constexpr (std::is_same_v<U, Placed>)
            return static_cast<const T&>(a) == static_cast<const T&>(b);
        else
            return static_cast<const T&>(a) == b;
    }
};

struct InAttribute;
struct InText;
template <typename T>
using Attribute = Placed<T, InAttribute>;
template <typename T>
using InnerText = Placed<T, InText>;

// Text of Min to Max characters (Unicode code points, as xs:length counts them).
template <std::size_t Min, std::size_t Max>
struct Text : std::string {
    using std::string::string;
    using std::string::operator=;
    Text() = default;
    Text(std::string text) : std::string(std::move(text)) {}
};

// A whole number from Min to Max.
template <std::int64_t Min, std::int64_t Max>
struct Range {
    constexpr Range() = default;
    constexpr Range(std::int64_t number) : value(number) {}
    constexpr operator std::int64_t() const { return value; }
    std::int64_t value = Min;
};

// A time of every day, as schedules have it: "18:00:00.0000000+01:00". JSON carries it with a date that means
// nothing.
struct TimeOfDay {
    std::chrono::seconds since_midnight{};  // 0 to 86,399, local to `offset`
    std::chrono::minutes offset{};          // east of UTC, at most 14 hours either way
    bool operator==(const TimeOfDay&) const = default;
};

}  // namespace holdfast::api
