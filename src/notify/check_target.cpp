#include "notify/check_target.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/error.hpp"

namespace holdfast::notify {
namespace {

constexpr std::size_t longest_address = 254;

bool is_visible_ascii(char c) {
    return c > 0x20 && c < 0x7f;
}

bool is_letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_of(std::string_view text, std::string_view others) {
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
    });
}

// What stands there in the address; empty where nothing does.
std::string part_of(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return "";
    std::string copy(text);
    curl_free(text);
    return copy;
}

// The form that mail servers take everywhere: local part and domain in ASCII, nothing quoted.
bool is_mail_address(std::string_view address) {
    auto at = address.find('@');
    if (at == std::string_view::npos || address.size() > longest_address) return false;
    auto local = address.substr(0, at);
    auto domain = address.substr(at + 1);
    return is_of(local, ".!#$%&'*+-/=?^_`{|}~") && is_of(domain, ".-") && !domain.starts_with('-');
}

void require_mail_address(const std::string& element, const std::string& address) {
    if (!is_mail_address(address))
        throw Error(ErrorKind::invalid_input, element + " is no mail address: " + address)
            .advise("Give it as name@example.org, without a display name.");
}

}  // namespace

void check_webhook_url(const std::string& text) {
    auto refuse = [](std::string_view why) {
        return Error(ErrorKind::invalid_input, fmt::format("Url cannot be used: {}", why))
            .advise("Give the address of the receiver as https://host/path.");
    };
    std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), curl_url_cleanup);
    if (!std::ranges::all_of(text, is_visible_ascii))
        throw refuse("it has blanks or characters that are not ASCII; percent-encode them");
    if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK)
        throw refuse("it is no address");
    auto scheme = part_of(url.get(), CURLUPART_SCHEME);
    if (scheme != "https" && scheme != "http")
        throw refuse("it begins neither with https:// nor with http://");
    if (!part_of(url.get(), CURLUPART_USER).empty() || !part_of(url.get(), CURLUPART_PASSWORD).empty())
        throw refuse("it holds a user or a password, which answers would show");
    if (!part_of(url.get(), CURLUPART_FRAGMENT).empty()) throw refuse("it has a part behind #");
}

void check_mail(const catalog::MailSettings& settings) {
    if (!is_of(settings.server, ".-_:") || settings.server.starts_with('-'))
        throw Error(ErrorKind::invalid_input, "Server is no name or address of a mail server");
    if (!settings.user.empty() && settings.encryption == catalog::mail_encryption::none)
        throw Error(ErrorKind::invalid_input, "A password is sent over TLS only")
            .advise("Set Encryption to StartTls or Tls, or leave User out.");
    require_mail_address("From", settings.from);
    for (const auto& address : settings.to) require_mail_address("To", address);
    if (settings.to.empty()) throw Error(ErrorKind::invalid_input, "To names no address");
}

}  // namespace holdfast::notify
