// Text as Go writes it, so that the JSON that Holdfast writes is byte for byte what restic would have
// written: equal trees then have equal ids. Sources: encoding/json (escapes of strings), strconv.Quote (names
// in trees).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast::repository {

// `text` as a JSON string with its quotes; <, > and & are escaped, bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string& json, std::string_view text);

// strconv.Quote without the quotes: what is unprintable or not UTF-8 is escaped with backslashes.
std::string quote_name(std::string_view name);
// The reverse; nothing for text that strconv.Unquote refuses.
std::optional<std::string> unquote_name(std::string_view quoted);

bool is_utf8(std::string_view text);

// The next character of text that is not empty; U+FFFD for a byte that is not UTF-8.
char32_t take_character(std::string_view& text);

// For building JSON objects field by field, in the order that the caller wants.
class JsonObjectText {
  public:
    JsonObjectText(std::string& json) : json_(json) { json_ += '{'; }
    JsonObjectText(const JsonObjectText&) = delete;
    JsonObjectText& operator=(const JsonObjectText&) = delete;
    void string(std::string_view name, std::string_view value);
    void number(std::string_view name, unsigned long long value);
    void boolean(std::string_view name, bool value);
    // The caller appends the value itself.
    void key(std::string_view name);
    void end() { json_ += '}'; }

  private:
    std::string& json_;
    bool first_ = true;
};

}  // namespace holdfast::repository
