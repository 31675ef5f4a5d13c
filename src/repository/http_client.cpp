#include "repository/http_client.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <cstdlib>
#include <exception>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::repository {
namespace {

constexpr long slowest_bytes_a_second = 1024;
constexpr long receive_buffer = 512 << 10;
constexpr long send_buffer = 2 << 20;

// What goes on while curl runs; its callbacks may not throw.
struct Transfer {
    CURL* handle;
    const HttpRequest& request;
    std::string range;  // how the Content-Range must begin: "bytes 100-"; empty: any bytes will do
    std::exception_ptr failure{};
    std::string refusal{};
    bool has_all_headers = false;
};

std::string header(CURL* handle, const char* name) {
    curl_header* found = nullptr;
    return curl_easy_header(handle, name, 0, CURLH_HEADER, -1, &found) == CURLHE_OK ? found->value : "";
}

std::size_t receive_body(char* bytes, std::size_t, std::size_t count, void* context) {
    auto& transfer = *static_cast<Transfer*>(context);
    long status = 0;
    curl_easy_getinfo(transfer.handle, CURLINFO_RESPONSE_CODE, &status);
    if (status < 200 || status > 299 || !transfer.request.receive) return count;
    try {
        if (!header(transfer.handle, "Content-Range").starts_with(transfer.range))
            transfer.refusal = "it does not send the range that was asked for";
        else if (!transfer.request.receive(std::as_bytes(std::span(bytes, count))))
            transfer.refusal = "it sends more than was asked for";
    } catch (...) {
        transfer.failure = std::current_exception();
    }
    return transfer.failure || !transfer.refusal.empty() ? CURL_WRITEFUNC_ERROR : count;
}

// libcurl takes an answer that breaks off among its headers for a whole one without a body.
std::size_t receive_header(char* line, std::size_t, std::size_t count, void* context) {
    if (std::string_view(line, count) == "\r\n") static_cast<Transfer*>(context)->has_all_headers = true;
    return count;
}

HttpFailure::Cause cause_of(CURLcode code, CURL* handle) {
    switch (code) {
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
            return HttpFailure::Cause::untrusted;
        case CURLE_URL_MALFORMAT:
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_WEIRD_SERVER_REPLY:
        case CURLE_WRITE_ERROR:
            return HttpFailure::Cause::wrong_answer;
        default:
            break;
    }
    curl_off_t connected = 0;  // microseconds until the connection stood; 0: it never did
    curl_easy_getinfo(handle, CURLINFO_CONNECT_TIME_T, &connected);
    return connected == 0 ? HttpFailure::Cause::unreachable : HttpFailure::Cause::broken;
}

// No header that libcurl adds by itself: no pause before a body, no form type.
curl_slist* make_headers() {
    curl_slist* list = nullptr;
    for (const char* line :
         {"Accept: application/vnd.x.restic.rest.v2", "Content-Type: application/octet-stream", "Expect:"})
        list = curl_slist_append(list, line);
    return list;
}

}  // namespace

// An easy handle with its open connection. One request at a time.
class HttpClient::Connection {
  public:
    Connection(const RestAddress& address, const HttpLimits& limits);
    ~Connection() {
        curl_easy_cleanup(handle_);
        curl_multi_cleanup(multi_);
        curl_slist_free_all(headers_);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    std::expected<HttpAnswer, HttpFailure> perform(const HttpRequest& request);

  private:
    template <typename Value>
    void set(CURLoption option, Value value) {
        if (CURLcode code = curl_easy_setopt(handle_, option, value); code != CURLE_OK)
            throw Error(ErrorKind::internal, fmt::format("libcurl refuses its option {}: {}",
                                                         static_cast<int>(option), curl_easy_strerror(code)));
    }
    void describe(const HttpRequest& request);
    CURLcode transfer(const std::stop_token& stop);
    HttpAnswer read_answer();

    CURL* const handle_;
    CURLM* const multi_;  // of this handle alone: unlike curl_easy_perform it can be woken
    const std::chrono::milliseconds after_stop_;
    curl_slist* const headers_;
    const std::string url_;
    char message_[CURL_ERROR_SIZE] = {};
};

HttpClient::Connection::Connection(const RestAddress& address, const HttpLimits& limits)
    : handle_(curl_easy_init()),
      multi_(curl_multi_init()),
      after_stop_(limits.after_stop),
      headers_(make_headers()),
      url_(address.url) {
    if (handle_ == nullptr || multi_ == nullptr) throw Error(ErrorKind::internal, "libcurl does not start");
    set(CURLOPT_ERRORBUFFER, message_);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);  // whoever cuts a connection does not wait for the name of its server
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    // One request a connection at a time: HTTP/2 would add its flow control and nothing else.
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_HTTPHEADER, headers_);
    set(CURLOPT_USERAGENT, "holdfast/" HOLDFAST_VERSION);
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_BUFFERSIZE, receive_buffer);
    set(CURLOPT_UPLOAD_BUFFERSIZE, send_buffer);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, slowest_bytes_a_second);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits.stall.count()));
    set(CURLOPT_WRITEFUNCTION, receive_body);
    set(CURLOPT_HEADERFUNCTION, receive_header);
    if (const char* file = std::getenv("HOLDFAST_CACERT"); file != nullptr && *file != '\0')
        set(CURLOPT_CAINFO, file);
    if (!address.user.empty() || !address.password.empty()) {
        set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        set(CURLOPT_USERNAME, address.user.c_str());
        set(CURLOPT_PASSWORD, address.password.c_str());
    }
    if (!address.socket.empty()) set(CURLOPT_UNIX_SOCKET_PATH, address.socket.c_str());
    // What stays on this machine goes through no proxy.
    if (!address.socket.empty() || address.url.starts_with("http://127.0.0.1:")) set(CURLOPT_NOPROXY, "*");
}

void HttpClient::Connection::describe(const HttpRequest& request) {
    set(CURLOPT_URL, (url_ + request.path).c_str());
    set(CURLOPT_CUSTOMREQUEST, static_cast<const char*>(nullptr));
    set(CURLOPT_RANGE, static_cast<const char*>(nullptr));
    set(CURLOPT_HTTPGET, 1L);
    if (request.method == HttpMethod::head) set(CURLOPT_NOBODY, 1L);
    if (request.method == HttpMethod::delete_) set(CURLOPT_CUSTOMREQUEST, "DELETE");
    if (request.method == HttpMethod::post) {
        set(CURLOPT_POST, 1L);
        // Of this length: a server sees when an upload breaks off. Sent from where it lies.
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        set(CURLOPT_POSTFIELDS, request.body.empty() ? "" : as_text(request.body).data());
    }
    if (request.range) {
        auto last = request.range->offset + request.range->length - 1;
        set(CURLOPT_RANGE, fmt::format("{}-{}", request.range->offset, last).c_str());
    }
}

// As curl_easy_perform, but ends at once, aborted, when a stop is requested.
CURLcode HttpClient::Connection::transfer(const std::stop_token& stop) {
    constexpr int longest_wait_ms = 1000;
    bool is_late = stop.stop_requested();
    set(CURLOPT_TIMEOUT_MS, is_late ? static_cast<long>(after_stop_.count()) : 0L);
    std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi_); });
    CURLcode code = CURLE_ABORTED_BY_CALLBACK;
    CURLMcode failure = curl_multi_add_handle(multi_, handle_);
    int running = 1;
    while (failure == CURLM_OK && running != 0 && (is_late || !stop.stop_requested())) {
        failure = curl_multi_perform(multi_, &running);
        if (failure == CURLM_OK && running != 0)
            failure = curl_multi_poll(multi_, nullptr, 0, longest_wait_ms, nullptr);
    }
    int left = 0;
    if (const CURLMsg* message = curl_multi_info_read(multi_, &left)) code = message->data.result;
    curl_multi_remove_handle(multi_, handle_);
    if (failure != CURLM_OK)
        throw Error(ErrorKind::internal, fmt::format("libcurl fails: {}", curl_multi_strerror(failure)));
    return code;
}

HttpAnswer HttpClient::Connection::read_answer() {
    HttpAnswer answer;
    curl_off_t length = -1, retry_after = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &answer.status);
    curl_easy_getinfo(handle_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    curl_easy_getinfo(handle_, CURLINFO_RETRY_AFTER, &retry_after);
    if (length >= 0) answer.length = static_cast<std::uint64_t>(length);
    answer.retry_after = std::chrono::seconds(retry_after);
    answer.server = header(handle_, "Server");
    return answer;
}

std::expected<HttpAnswer, HttpFailure> HttpClient::Connection::perform(const HttpRequest& request) {
    describe(request);
    Transfer state{handle_, request, ""};
    if (request.range && request.range->offset != 0)
        state.range = fmt::format("bytes {}-", request.range->offset);
    set(CURLOPT_WRITEDATA, &state);
    set(CURLOPT_HEADERDATA, &state);
    message_[0] = '\0';
    const auto& stop = StopScope::current();
    CURLcode code = transfer(stop);
    if (state.failure) std::rethrow_exception(state.failure);
    if (code == CURLE_OK && state.has_all_headers) return read_answer();
    throw_if_stopped(stop);
    if (code == CURLE_OK) code = CURLE_GOT_NOTHING;
    std::string text = message_[0] != '\0' ? message_ : curl_easy_strerror(code);
    return std::unexpected(
        HttpFailure{cause_of(code, handle_), state.refusal.empty() ? text : state.refusal});
}

HttpClient::HttpClient(const RestAddress& address, const HttpLimits& limits)
    : address_(address), limits_(limits) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started != CURLE_OK) throw Error(ErrorKind::internal, "libcurl does not start");
}

HttpClient::~HttpClient() = default;

std::expected<HttpAnswer, HttpFailure> HttpClient::perform(const HttpRequest& request) {
    auto connection = take();
    try {
        auto outcome = connection->perform(request);
        give_back(std::move(connection));
        return outcome;
    } catch (...) {
        give_back(std::move(connection));
        throw;
    }
}

std::unique_ptr<HttpClient::Connection> HttpClient::take() {
    std::unique_lock lock(mutex_);
    const auto& stop = StopScope::current();
    auto has_room = [&] { return in_use_ < limits_.connections; };
    bool is_late = stop.stop_requested();
    if (!(is_late ? room_.wait_for(lock, limits_.after_stop, has_room) : room_.wait(lock, stop, has_room)))
        throw_if_stopped(stop);
    std::unique_ptr<Connection> connection;
    if (idle_.empty()) {
        connection = std::make_unique<Connection>(address_, limits_);
    } else {
        connection = std::move(idle_.back());
        idle_.pop_back();
    }
    ++in_use_;
    return connection;
}

void HttpClient::give_back(std::unique_ptr<Connection> connection) {
    std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
    --in_use_;
    room_.notify_one();
}

}  // namespace holdfast::repository
