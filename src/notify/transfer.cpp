#include "notify/transfer.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "notify/mail_text.hpp"
#include "notify/signature.hpp"

namespace holdfast::notify {
namespace {

std::size_t count_answer(char*, std::size_t, std::size_t count, void* context) {
    auto& received = *static_cast<std::size_t*>(context);
    received += count;
    return received <= longest_answer ? count : 0;
}

std::size_t give_mail(char* into, std::size_t, std::size_t room, void* context) {
    auto& rest = *static_cast<std::string_view*>(context);
    auto size = std::min(room, rest.size());
    std::memcpy(into, rest.data(), size);
    rest.remove_prefix(size);
    return size;
}

int is_to_stop(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return StopScope::current().stop_requested() ? 1 : 0;
}

class Transfer {
  public:
    Transfer(const std::string& url, const char* protocols, std::chrono::milliseconds limit);

    template <typename Value>
    void set(CURLoption option, Value value) {
        if (CURLcode code = curl_easy_setopt(handle_.get(), option, value); code != CURLE_OK)
            throw Error(ErrorKind::internal, fmt::format("libcurl refuses its option {}: {}",
                                                         static_cast<int>(option), curl_easy_strerror(code)));
    }
    void set_list(CURLoption option, const std::vector<std::string>& lines);
    CURLcode perform();

    // Of HTTP, or the last one of SMTP; 0: there was none.
    long status() const;
    // In ASCII: a server may have put a word of its own into it, a name in a certificate for instance.
    std::string why(CURLcode code) const;

  private:
    struct ListEnd {
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };

    std::unique_ptr<curl_slist, ListEnd> list_;
    std::size_t received_ = 0;
    char message_[CURL_ERROR_SIZE] = {};
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_;  // uses all of them: ends first
};

Transfer::Transfer(const std::string& url, const char* protocols, std::chrono::milliseconds limit)
    : handle_(nullptr, curl_easy_cleanup) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    handle_.reset(curl_easy_init());
    if (started != CURLE_OK || !handle_) throw Error(ErrorKind::internal, "libcurl does not start");
    set(CURLOPT_ERRORBUFFER, message_);
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, protocols);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::chrono::milliseconds(connect_limit).count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(limit.count()));
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, is_to_stop);
    // Headers and body count together.
    set(CURLOPT_WRITEFUNCTION, count_answer);
    set(CURLOPT_WRITEDATA, &received_);
    set(CURLOPT_HEADERFUNCTION, count_answer);
    set(CURLOPT_HEADERDATA, &received_);
    if (const char* file = std::getenv("HOLDFAST_CACERT"); file != nullptr && *file != '\0')
        set(CURLOPT_CAINFO, file);
}

void Transfer::set_list(CURLoption option, const std::vector<std::string>& lines) {
    for (const auto& line : lines) {
        auto* list = list_.release();
        auto* longer = curl_slist_append(list, line.c_str());
        list_.reset(longer != nullptr ? longer : list);
        if (longer == nullptr) throw std::bad_alloc();
    }
    set(option, list_.get());
}

CURLcode Transfer::perform() {
    auto code = curl_easy_perform(handle_.get());
    if (code != CURLE_OK) throw_if_stopped(StopScope::current());
    return code;
}

long Transfer::status() const {
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
}

std::string Transfer::why(CURLcode code) const {
    std::string text = message_[0] != '\0' ? message_ : curl_easy_strerror(code);
    for (char& c : text)
        if (c < 0x20 || c > 0x7e) c = '?';
    return text;
}

// Of these the server says that it, and not the message, is the reason.
bool is_of_server(long status) {
    return status >= 500 || status == 401 || status == 403 || status == 404 || status == 408 ||
           status == 425 || status == 429 || (status >= 300 && status < 400);
}

std::string mail_url(const catalog::MailSettings& settings) {
    bool is_ipv6 = settings.server.find(':') != std::string::npos;
    return fmt::format("{}://{}:{}", settings.encryption == catalog::mail_encryption::tls ? "smtps" : "smtp",
                       is_ipv6 ? "[" + settings.server + "]" : settings.server, settings.port);
}

}  // namespace

Delivery post_webhook(const std::string& url, const std::string& secret, const Message& message) {
    Transfer transfer(url, "http,https", webhook_limit);
    transfer.set(CURLOPT_POST, 1L);
    transfer.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(message.json.size()));
    transfer.set(CURLOPT_POSTFIELDS, message.json.c_str());
    transfer.set(CURLOPT_USERAGENT, "holdfast/" HOLDFAST_VERSION);
    transfer.set_list(
        CURLOPT_HTTPHEADER,
        {"Content-Type: application/json", "Expect:", "X-Holdfast-Message-Id: " + message.id.to_string(),
         "X-Holdfast-Signature: " + signature_header(secret, now(), message.json)});
    auto code = transfer.perform();
    auto status = transfer.status();
    // An answer that is too long is an answer.
    if (code != CURLE_OK && code != CURLE_WRITE_ERROR) return {.text = transfer.why(code)};
    auto text = fmt::format("The server answered {}", status);
    if (status >= 200 && status < 300) return {.is_delivered = true, .text = text};
    if (status >= 300 && status < 400) text += ", and redirects are not followed";
    return {.text = text, .is_of_target = is_of_server(status)};
}

Delivery send_mail(const catalog::MailSettings& settings, const std::string& password,
                   const Message& message) {
    Transfer transfer(mail_url(settings), "smtp,smtps", mail_limit);
    if (settings.encryption == catalog::mail_encryption::start_tls)
        transfer.set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
    if (!settings.user.empty()) {
        transfer.set(CURLOPT_USERNAME, settings.user.c_str());
        transfer.set(CURLOPT_PASSWORD, password.c_str());
    }
    std::vector<std::string> recipients;
    for (const auto& address : settings.to) recipients.push_back("<" + address + ">");
    transfer.set_list(CURLOPT_MAIL_RCPT, recipients);
    transfer.set(CURLOPT_MAIL_FROM, ("<" + settings.from + ">").c_str());
    auto mail = mail_text(settings, message);
    std::string_view rest = mail;
    transfer.set(CURLOPT_UPLOAD, 1L);
    transfer.set(CURLOPT_READFUNCTION, give_mail);
    transfer.set(CURLOPT_READDATA, &rest);
    transfer.set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail.size()));
    auto code = transfer.perform();
    if (code == CURLE_OK) return {.is_delivered = true, .text = "The mail server took it"};
    return {.text = transfer.why(code)};
}

}  // namespace holdfast::notify
