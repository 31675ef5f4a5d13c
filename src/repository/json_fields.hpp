// Reading the JSON files of a repository: every field checked for its type, every error naming the file.
// A field that is null counts as missing, as in Go. Unknown fields are ignored: newer restic may write more.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "repository/bytes.hpp"

namespace holdfast::repository {

// A parsed document in memory that is freed at one stroke.
class JsonDocument {
  public:
    // Depth is limited to 32. Throws corrupt naming `subject`. White space around the document is allowed.
    JsonDocument(ByteView text, std::string_view subject);
    // The document as an object or an array; corrupt for anything else.
    const boost::json::object& object() const;
    const boost::json::value& value() const { return value_; }

  private:
    std::string subject_;
    boost::json::monotonic_resource memory_;
    boost::json::value value_;
};

// The fields of one object. Throws corrupt naming `subject` and the field.
class JsonFields {
  public:
    JsonFields(const boost::json::object& object, std::string_view subject)
        : object_(object), subject_(subject) {}
    JsonFields(const boost::json::value& value, std::string_view subject);

    std::string_view string(std::string_view name) const;
    std::string_view string_or_empty(std::string_view name) const;
    std::uint64_t number(std::string_view name) const;
    std::uint64_t number_or_zero(std::string_view name) const;
    bool boolean_or_false(std::string_view name) const;
    const boost::json::value& required(std::string_view name) const;
    // Nothing when missing or null.
    const boost::json::value* find(std::string_view name) const;
    // Nothing when missing or null.
    const boost::json::array* array(std::string_view name) const;
    // Bytes in base64 of exactly `size`.
    Bytes base64(std::string_view name) const;

    template <typename Id>
    Id id(std::string_view name) const {
        auto parsed = Id::parse(string(name));
        if (!parsed) wrong(name, "is not a SHA-256");
        return *parsed;
    }
    template <typename Id>
    std::optional<Id> optional_id(std::string_view name) const {
        if (find(name) == nullptr) return std::nullopt;
        return id<Id>(name);
    }

    [[noreturn]] void wrong(std::string_view name, std::string_view how) const;

  private:
    const boost::json::object& object_;
    std::string_view subject_;
};

}  // namespace holdfast::repository
