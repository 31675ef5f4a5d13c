#include "notify/mail_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.hpp"

namespace holdfast::notify {
namespace {

constexpr std::size_t longest_subject = 400;
constexpr std::size_t longest_plain = 60;
constexpr std::size_t bytes_in_word = 45;  // 60 of base64, 72 with what stands around them
constexpr std::size_t longest_line = 76;

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// The length of the text's beginning that has at most `most` bytes and cuts no character of UTF-8.
std::size_t whole_characters(std::string_view text, std::size_t most) {
    if (text.size() <= most) return text.size();
    auto end = most;
    while (end > 0 && is_continuation(text[end])) --end;
    return end > 0 ? end : most;
}

std::string in_one_line(std::string_view text) {
    std::string line(text.substr(0, whole_characters(text, longest_subject)));
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return line;
}

std::string_view domain_of(std::string_view address) {
    return address.substr(address.rfind('@') + 1);
}

std::string in_lines(const std::string& base64) {
    std::string lines;
    for (std::size_t i = 0; i < base64.size(); i += longest_line)
        lines += base64.substr(i, longest_line) + "\r\n";
    return lines;
}

}  // namespace

std::string header_text(std::string_view text) {
    auto line = in_one_line(text);
    bool is_plain = line.size() <= longest_plain && line.find("=?") == std::string::npos &&
                    std::ranges::all_of(line, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (is_plain) return line;
    std::string words;
    for (std::string_view rest = line; !rest.empty();) {
        auto size = whole_characters(rest, bytes_in_word);
        words += fmt::format("{}=?UTF-8?B?{}?=", words.empty() ? "" : "\r\n ",
                             to_base64(as_bytes(rest.substr(0, size))));
        rest.remove_prefix(size);
    }
    return words;
}

std::string mail_date(Timestamp time) {
    constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    auto day = std::chrono::floor<std::chrono::days>(time);
    std::chrono::year_month_day date(day);
    std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} +0000", days[std::chrono::weekday(day).c_encoding()],
                       static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                       static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                       clock.seconds().count());
}

std::string mail_text(const catalog::MailSettings& settings, const Message& message) {
    std::string mail = fmt::format("Date: {}\r\n", mail_date(message.time));
    mail += fmt::format("Message-ID: <{}@{}>\r\n", message.id.to_string(), domain_of(settings.from));
    mail += fmt::format("From: <{}>\r\n", settings.from);
    mail += fmt::format("To: <{}>\r\n", fmt::join(settings.to, ">,\r\n <"));
    mail += fmt::format("Subject: {}\r\n", header_text(message.subject));
    mail +=
        "Auto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=UTF-8\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n";
    return mail + in_lines(to_base64(as_bytes(message.text)));
}

}  // namespace holdfast::notify
