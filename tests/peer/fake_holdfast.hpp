// What another Holdfast server answers, over real TLS, and whatever a hostile one would answer instead.
#pragma once

#include <fmt/format.h>

#include <cctype>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "http/server.hpp"

namespace holdfast::peer::test {

inline const std::string user = "admin";
inline const std::string password = "a password ü";

// What it says can be changed while nobody asks.
class FakeHoldfast {
  public:
    explicit FakeHoldfast(std::uint16_t port = 0) {
        ::setenv("no_proxy", "127.0.0.1", 1);
        http::ServerOptions options;
        options.port = port;
        options.certificate_file = folder_.path() / "cert.pem";
        options.private_key_file = folder_.path() / "key.pem";
        http::ensure_certificate(options.certificate_file, options.private_key_file);
        server_ = http::Server::start(
            options, [this](const http::Request& request) { return answer(request); },
            [](int status, std::string_view, const http::Request*) {
                return http::Response{.status = status};
            });
    }
    ~FakeHoldfast() { server_->stop(std::chrono::seconds(0)); }

    std::uint16_t port() const { return server_->port(); }
    // "GET /api/", "POST /api/sessionMngr/ with a password", in order.
    std::vector<std::string> asked() {
        std::lock_guard lock(mutex_);
        return asked_;
    }

    Uuid id = Uuid::random();
    std::string name = "other";
    std::string versions = R"({"SupportedVersions":{"SupportedVersions":[{"Name":"v1_6"},{"Name":"v1_7"}]}})";
    std::string version = "0.1.0";
    std::string links = R"([{"Rel":"Alternate"}])";
    // In the place of the list of backup servers.
    std::optional<std::string> servers;
    // What answers whatever else is asked in a session; by itself it has nothing.
    std::function<http::Response(const http::Request&)> rest;

  private:
    http::Response answer(const http::Request& request) {
        bool has_password = !request.header("Authorization").empty();
        {
            std::lock_guard lock(mutex_);
            asked_.push_back(request.method + " " + request.path + (has_password ? " with a password" : ""));
        }
        if (request.path == "/api/") return {.body = versions};
        if (request.path == "/api/sessionMngr/") {
            if (request.header("Authorization") != "Basic " + to_base64(as_bytes(user + ":" + password)))
                return {.status = 401};
            return {.status = 201,
                    .headers = {{"X-RestSvcSessionId", "c2Vzc2lvbg=="}},
                    .body = fmt::format(R"({{"SessionId":"{}"}})", session_.to_string())};
        }
        if (request.header("X-RestSvcSessionId") != "c2Vzc2lvbg==") return {.status = 401};
        if (request.method == "DELETE") return {.status = 204};
        if (request.path != "/api/backupServers") return rest ? rest(request) : empty_list(request.path);
        return {.body = servers.value_or(fmt::format(
                    R"({{"BackupServers":[{{"Description":"Holdfast","Version":"{}","Name":"{}",
                       "UID":"urn:veeam:BackupServer:{}","Links":{}}}]}})",
                    version, name, id.to_string(), links))};
    }

    static http::Response empty_list(const std::string& path) {
        auto list = path.substr(path.rfind('/') + 1);
        list[0] = static_cast<char>(std::toupper(list[0]));
        if (list == "BackupSessions") list = "BackupJobSessions";
        return {.body = fmt::format(R"({{"{}":[]}})", list)};
    }

    TemporaryDirectory folder_{"/tmp"};
    Uuid session_ = Uuid::random();
    std::mutex mutex_;
    std::vector<std::string> asked_;
    std::unique_ptr<http::Server> server_;
};

}  // namespace holdfast::peer::test
