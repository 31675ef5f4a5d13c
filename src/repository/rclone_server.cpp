#include "repository/rclone_server.hpp"

#include <fmt/format.h>

#include <chrono>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace holdfast::repository {
namespace {

using namespace std::chrono_literals;

constexpr auto start_limit = 60s;
constexpr auto end_limit = 5s;
constexpr std::size_t password_length = 32;
constexpr std::string_view user = "holdfast";
// What rclone logs once it listens; then its address, which newer ones put in brackets.
constexpr std::string_view serving_mark = "Serving restic REST API on ";

// rclone reads each of its options from a variable, and those of a remote from RCLONE_CONFIG_<NAME>_….
// An alias is another name for a remote.
Process start_rclone(const std::string& remote, const std::string& password) {
    return Process::start({"rclone", "serve", "restic", "--addr", "127.0.0.1:0",
                           // On Backblaze B2 a removed file is otherwise only hidden, and paid for.
                           "--b2-hard-delete", "holdfast:"},
                          {.environment = {{"RCLONE_USER", std::string(user)},
                                           {"RCLONE_PASS", password},
                                           {"RCLONE_CONFIG_HOLDFAST_TYPE", "alias"},
                                           {"RCLONE_CONFIG_HOLDFAST_REMOTE", remote}}});
}

std::string last_line(std::string_view text) {
    text = trimmed(text);
    auto line = text.rfind('\n');
    return std::string(line == text.npos ? text : text.substr(line + 1));
}

}  // namespace

RcloneServer::RcloneServer(const RcloneAddress& remote)
    : address_{.url = {}, .user = std::string(user), .password = random_password(password_length)},
      process_(start_rclone(remote.remote, address_.password)) {
    address_.url = wait_until_served(without_password("rclone:" + remote.remote));
}

RcloneServer::~RcloneServer() {
    process_.stop(end_limit);
}

std::string RcloneServer::wait_until_served(const std::string& remote) {
    auto end = std::chrono::steady_clock::now() + start_limit;
    while (!process_.wait(10ms) && std::chrono::steady_clock::now() < end) {
        throw_if_stopped(StopScope::current());
        std::string said = process_.output();
        auto mark = said.find(serving_mark);
        auto url = mark == said.npos ? said.npos : said.find("http://", mark);
        auto last = url == said.npos ? said.npos : said.find_first_of(" ]\n", url);
        if (last != said.npos) return said.substr(url, last - url);
    }
    throw Error(ErrorKind::unavailable,
                fmt::format("rclone does not serve {}: {}", remote, last_line(process_.output())))
        .advise("Try `rclone lsd` with the same remote.");
}

std::string RcloneServer::explain() {
    std::lock_guard guard(mutex_);
    auto said = last_line(process_.output());
    if (auto status = process_.wait(0ms))
        return fmt::format("rclone has ended with status {}: {}", *status, said);
    return said.find(serving_mark) == said.npos && !said.empty() ? "rclone says: " + said : "";
}

}  // namespace holdfast::repository
