// The files of the web console, compiled into the program. web/scripts/embed.js writes the table when the
// console is built.
#pragma once

#include <span>
#include <string_view>

namespace holdfast::console {

struct Asset {
    std::string_view path;        // "/assets/index-Bx3k.js"
    std::string_view media_type;  // "text/javascript; charset=utf-8"
    std::string_view plain;       // what it is
    std::string_view brotli;      // the same, compressed; empty where that makes it no smaller
    std::string_view tag;         // of its content, without quotes: 32 hex digits
};

// Live as long as the program; sorted by path.
std::span<const Asset> assets();

}  // namespace holdfast::console
