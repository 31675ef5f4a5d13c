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

// Memory up to a limit. What is parsed grows in memory, but for honest text never as much as that: trees and
// indexes take about four times their text, and a list of zeros would take 24 times.
class LimitedMemory : public boost::json::memory_resource {
  public:
    LimitedMemory(std::size_t text_size, std::string_view subject);

  private:
    void* do_allocate(std::size_t size, std::size_t alignment) override;  // throws too_large
    void do_deallocate(void* bytes, std::size_t size, std::size_t alignment) override;
    bool do_is_equal(const boost::json::memory_resource& other) const noexcept override {
        return this == &other;
    }

    std::size_t left_;
    std::string_view subject_;
};

// A parsed document in memory that is freed at one stroke.
class JsonDocument {
  public:
    // Depth is limited to 32, and memory to 16 times the text, at most 2 GiB. Throws corrupt or too_large
    // naming `subject`. White space around the document is allowed.
    JsonDocument(ByteView text, std::string_view subject);
    // The document as an object or an array; corrupt for anything else.
    const boost::json::object& object() const;
    const boost::json::value& value() const { return value_; }

  private:
    boost::json::value parse(ByteView text);

    std::string subject_;
    LimitedMemory limit_;
    boost::json::monotonic_resource memory_{1024, &limit_};
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
