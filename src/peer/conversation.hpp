// Requests to one server over one connection that is pinned to one certificate.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <string>

#include "peer/peer_server.hpp"

namespace holdfast::peer {

// What the certificate must be, and what it was: filled in by the first handshake where nothing is wanted.
struct CertificatePin {
    std::string wanted;
    std::string shown;
};

struct PeerAnswer {
    long status = 0;
    std::string body;
};

// One thread.
class Conversation {
  public:
    Conversation(const PeerAccess& access, const PeerLimits& limits);
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    // `path` begins with "/api". Throws unavailable, or conflict because of the certificate.
    PeerAnswer ask(const char* method, const std::string& path);
    // With user and password, which no other request sends. What follows is in this session, where it is one.
    PeerAnswer log_on(const std::string& path);

    const std::string& url() const { return url_; }
    const std::string& fingerprint() const { return pin_.shown; }

  private:
    struct ListEnd {
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };

    template <typename Value>
    void set(CURLoption option, Value value);
    void set_headers(const std::string& token);
    void take_session();
    static std::size_t receive_body(char* bytes, std::size_t, std::size_t count, void* context);
    static std::size_t receive_header(char* bytes, std::size_t, std::size_t count, void* context);
    bool has_room_for(std::size_t count);
    [[noreturn]] void refuse(CURLcode code) const;

    const PeerAccess& access_;
    const PeerLimits limits_;
    const std::string url_;
    const std::chrono::steady_clock::time_point deadline_;
    CertificatePin pin_;
    std::string body_;
    std::size_t received_ = 0;
    char message_[CURL_ERROR_SIZE] = {};
    std::unique_ptr<curl_slist, ListEnd> headers_;
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_;  // uses all of them: ends first
};

}  // namespace holdfast::peer
