#include "peer/conversation.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <new>
#include <span>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::peer {
namespace {

constexpr std::size_t longest_token = 256;
constexpr const char* token_header = "X-RestSvcSessionId";

// In the place of OpenSSL's own check, during the handshake: before anything is sent to whoever this is.
int check_certificate(X509_STORE_CTX* context, void* given) {
    auto& pin = *static_cast<CertificatePin*>(given);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    auto* certificate = X509_STORE_CTX_get0_cert(context);
    if (certificate == nullptr || X509_digest(certificate, EVP_sha256(), digest.data(), &length) != 1)
        return 0;
    pin.shown = to_hex(std::as_bytes(std::span(digest.data(), length)));
    if (pin.wanted.empty()) pin.wanted = pin.shown;
    bool is_right = pin.shown == pin.wanted;
    X509_STORE_CTX_set_error(context, is_right ? X509_V_OK : X509_V_ERR_APPLICATION_VERIFICATION);
    return is_right ? 1 : 0;
}

CURLcode use_pin(CURL*, void* tls_context, void* pin) {
    SSL_CTX_set_cert_verify_callback(static_cast<SSL_CTX*>(tls_context), check_certificate, pin);
    return CURLE_OK;
}

int is_to_stop(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return StopScope::current().stop_requested() ? 1 : 0;
}

// libcurl puts words of the server into some of its messages.
std::string in_ascii(std::string text) {
    std::ranges::replace_if(text, [](char c) { return c < 0x20 || c > 0x7e; }, '?');
    return text;
}

}  // namespace

template <typename Value>
void Conversation::set(CURLoption option, Value value) {
    if (CURLcode code = curl_easy_setopt(handle_.get(), option, value); code != CURLE_OK)
        throw Error(ErrorKind::internal, fmt::format("libcurl refuses its option {}: {}",
                                                     static_cast<int>(option), curl_easy_strerror(code)));
}

Conversation::Conversation(const PeerAccess& access, const PeerLimits& limits)
    : access_(access),
      limits_(limits),
      url_(url_of(access.host, access.port)),
      deadline_(std::chrono::steady_clock::now() + limits.all),
      pin_{access.fingerprint, ""},
      handle_(nullptr, curl_easy_cleanup) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    handle_.reset(curl_easy_init());
    if (started != CURLE_OK || !handle_) throw Error(ErrorKind::internal, "libcurl does not start");
    set(CURLOPT_ERRORBUFFER, message_);
    set(CURLOPT_PROTOCOLS_STR, "https");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_USERAGENT, "holdfast/" HOLDFAST_VERSION);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, is_to_stop);
    set(CURLOPT_WRITEFUNCTION, receive_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_HEADERFUNCTION, receive_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    // The name in the certificate is whatever the server took itself for; its bytes are what counts. A
    // handshake that goes on from an earlier one would show none.
    set(CURLOPT_SSL_VERIFYHOST, 0L);
    set(CURLOPT_SSL_SESSIONID_CACHE, 0L);
    set(CURLOPT_CAINFO, static_cast<const char*>(nullptr));
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    set(CURLOPT_SSL_CTX_FUNCTION, use_pin);
    set(CURLOPT_SSL_CTX_DATA, &pin_);
    set_headers("");
}

void Conversation::set_headers(const std::string& token) {
    headers_.reset();
    auto session = fmt::format("{}: {}", token_header, token);
    for (const char* line : {"Accept: application/json",
                             "Expect:", "Content-Type:", token.empty() ? nullptr : session.c_str()}) {
        if (line == nullptr) continue;
        auto* shorter = headers_.release();
        auto* longer = curl_slist_append(shorter, line);
        headers_.reset(longer != nullptr ? longer : shorter);
        if (longer == nullptr) throw std::bad_alloc();
    }
    set(CURLOPT_HTTPHEADER, headers_.get());
}

bool Conversation::has_room_for(std::size_t count) {
    received_ += count;
    return received_ <= limits_.longest_answer;
}

std::size_t Conversation::receive_body(char* bytes, std::size_t, std::size_t count, void* context) {
    auto& conversation = *static_cast<Conversation*>(context);
    if (!conversation.has_room_for(count)) return CURL_WRITEFUNC_ERROR;
    try {
        conversation.body_.append(bytes, count);
    } catch (const std::bad_alloc&) {
        return CURL_WRITEFUNC_ERROR;
    }
    return count;
}

std::size_t Conversation::receive_header(char*, std::size_t, std::size_t count, void* context) {
    return static_cast<Conversation*>(context)->has_room_for(count) ? count : CURL_WRITEFUNC_ERROR;
}

PeerAnswer Conversation::ask(const char* method, const std::string& path) {
    body_.clear();
    received_ = 0;
    message_[0] = '\0';
    auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(left.count(), 1)));
    set(CURLOPT_URL, (url_ + path).c_str());
    bool is_post = std::string_view(method) == "POST";
    if (is_post) {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDSIZE, 0L);
        set(CURLOPT_POSTFIELDS, "");
    } else {
        set(CURLOPT_HTTPGET, 1L);
    }
    set(CURLOPT_CUSTOMREQUEST, method);
    if (CURLcode code = curl_easy_perform(handle_.get()); code != CURLE_OK) refuse(code);
    PeerAnswer answer{.body = std::move(body_)};
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &answer.status);
    return answer;
}

void Conversation::refuse(CURLcode code) const {
    throw_if_stopped(StopScope::current());
    if (!pin_.shown.empty() && pin_.shown != pin_.wanted)
        throw Error(ErrorKind::conflict,
                    fmt::format("The server {} shows another certificate: its SHA-256 fingerprint is {}, and "
                                "{} was expected",
                                url_, pin_.shown, pin_.wanted))
            .advise(
                "Find out why. Where the new one is right, edit the backup server with it as "
                "VbrCertificateThumbprint.");
    if (code == CURLE_WRITE_ERROR)
        throw Error(ErrorKind::unavailable, fmt::format("The server {} answers with more than {} bytes", url_,
                                                        limits_.longest_answer));
    throw Error(ErrorKind::unavailable,
                fmt::format("The server {} does not answer: {}", url_,
                            in_ascii(message_[0] != '\0' ? message_ : curl_easy_strerror(code))));
}

PeerAnswer Conversation::log_on(const std::string& path) {
    set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    set(CURLOPT_USERNAME, access_.user.c_str());
    set(CURLOPT_PASSWORD, access_.password.c_str());
    auto answer = ask("POST", path);
    set(CURLOPT_USERNAME, static_cast<const char*>(nullptr));
    set(CURLOPT_PASSWORD, static_cast<const char*>(nullptr));
    take_session();
    return answer;
}

void Conversation::take_session() {
    curl_header* found = nullptr;
    if (curl_easy_header(handle_.get(), token_header, 0, CURLH_HEADER, -1, &found) != CURLHE_OK) return;
    std::string token(found->value);
    bool is_token = !token.empty() && token.size() <= longest_token &&
                    std::ranges::all_of(token, [](char c) { return c > 0x20 && c < 0x7f; });
    if (is_token) set_headers(token);
}

}  // namespace holdfast::peer
