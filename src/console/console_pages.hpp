// Serves the web console: its files, and its first page at every address that is one of its views.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "console/assets.hpp"
#include "http/server.hpp"

namespace holdfast::console {

// True for what the API answers: all below /api, in any letter case, and /metrics.
bool is_of_api(std::string_view path);

// Any thread.
class ConsolePages {
  public:
    // `index.html` must be among them; throws internal where it is not.
    explicit ConsolePages(std::span<const Asset> files = assets());

    // GET and HEAD; others are answered with 405. What is no file is a view of the console: its first page,
    // since the console itself knows its views. A missing file in /assets/ is 404.
    http::Response answer(const http::Request& request) const;

  private:
    // One form of a file, ready to be sent.
    struct Form {
        http::SharedText bytes;
        std::string tag;  // in quotes
    };
    struct File {
        std::string_view media_type;
        bool never_changes;  // its name tells its content
        Form plain;
        Form brotli;  // without bytes where there is none
    };

    std::map<std::string_view, File, std::less<>> files_;
};

}  // namespace holdfast::console
