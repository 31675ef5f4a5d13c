// One line a request in the log. Never a token, an id of a session, a query's values, or a body.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "http/server.hpp"

namespace holdfast::api {

// The path as it may be logged: ids of logon sessions, which are secrets, are replaced; control characters
// are gone.
std::string loggable_path(std::string_view path);

// Text of a client that fits into a line of a log: cut, valid UTF-8, and without control characters.
std::string printable(std::string_view text);
// "POST /api/jobs/<id>?action=start". Of the query, the action alone: filters and unknown parameters may hold
// anything.
std::string loggable_operation(const http::Request& request);

class AccessLog {
  public:
    explicit AccessLog(const http::Request& request)
        : request_(request), started_(std::chrono::steady_clock::now()) {}
    // Reads at level debug, changes and failures at level info.
    void write(int status, std::string_view account) const;

  private:
    const http::Request& request_;
    std::chrono::steady_clock::time_point started_;
};

}  // namespace holdfast::api
