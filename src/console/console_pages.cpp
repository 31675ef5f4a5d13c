#include "console/console_pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"
#include "http/entity_tag.hpp"

namespace holdfast::console {
namespace {

constexpr std::string_view first_page = "/index.html";
constexpr std::string_view hashed_folder = "/assets/";

// Files of this server only, no code or style inline, in nobody's frame. `data:` is for the small pictures of
// the style sheets.
constexpr std::string_view content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

// Whether a client takes brotli: "br", and not "br;q=0".
bool takes_brotli(std::string_view accepted) {
    while (!accepted.empty()) {
        auto end = std::min(accepted.find(','), accepted.size());
        std::string_view coding = trimmed(accepted.substr(0, end));
        accepted.remove_prefix(std::min(end + 1, accepted.size()));
        if (equal_ignoring_case(coding.substr(0, 2), "br"))
            return coding.size() == 2 || !coding.ends_with("q=0");
    }
    return false;
}

http::Response refuse(int status, std::string text) {
    return {.status = status,
            .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
            .body = std::move(text)};
}

}  // namespace

bool is_of_api(std::string_view path) {
    // Some clients begin a path with several slashes.
    while (path.starts_with("//")) path.remove_prefix(1);
    return std::ranges::any_of(std::array<std::string_view, 2>{"/api", "/metrics"},
                               [&](std::string_view folder) {
                                   return equal_ignoring_case(path.substr(0, folder.size()), folder) &&
                                          (path.size() == folder.size() || path[folder.size()] == '/');
                               });
}

ConsolePages::ConsolePages(std::span<const Asset> files) {
    auto form = [](std::string_view bytes, std::string_view tag, std::string_view coding) {
        if (bytes.empty()) return Form{};
        return Form{std::make_shared<const std::string>(bytes), fmt::format("\"{}{}\"", tag, coding)};
    };
    for (const auto& file : files)
        files_.emplace(file.path, File{file.media_type, file.path.starts_with(hashed_folder),
                                       form(file.plain, file.tag, ""), form(file.brotli, file.tag, "-br")});
    if (!files_.contains(first_page)) throw Error(ErrorKind::internal, "The web console has no first page");
}

http::Response ConsolePages::answer(const http::Request& request) const {
    if (request.method != "GET" && request.method != "HEAD") {
        auto response = refuse(405, "Only GET and HEAD are allowed here.\n");
        response.headers.emplace_back("Allow", "GET, HEAD");
        return response;
    }
    auto found = files_.find(std::string_view(request.path));
    if (found == files_.end()) {
        if (request.path.starts_with(hashed_folder)) return refuse(404, "There is no such file.\n");
        found = files_.find(first_page);
    }
    const File& file = found->second;
    const bool compressed = file.brotli.bytes && takes_brotli(request.header("Accept-Encoding"));
    const Form& form = compressed ? file.brotli : file.plain;

    http::Response response;
    response.headers = {
        {"Content-Type", std::string(file.media_type)},
        {"ETag", form.tag},
        {"Vary", "Accept-Encoding"},
        {"Cache-Control", file.never_changes ? "public, max-age=31536000, immutable" : "no-cache"},
        {"Content-Security-Policy", std::string(content_security_policy)},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
    };
    if (http::names_tag(request.header("If-None-Match"), form.tag, http::TagComparison::weak)) {
        response.status = 304;
        return response;
    }
    if (compressed) response.headers.emplace_back("Content-Encoding", "br");
    response.body = form.bytes;
    return response;
}

}  // namespace holdfast::console
