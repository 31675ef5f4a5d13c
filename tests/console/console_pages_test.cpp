#include "console/console_pages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "base/text.hpp"

namespace holdfast::console {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::array files = {
    Asset{"/assets/index-abc.js", "text/javascript; charset=utf-8", "plain code", "brotli", "11"},
    Asset{"/assets/font-abc.woff2", "font/woff2", "font", {}, "22"},
    Asset{"/index.html", "text/html; charset=utf-8", "<html>", {}, "33"},
};

std::string header(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers)
        if (equal_ignoring_case(key, name)) return value;
    return "";
}

std::string body(const http::Response& response) {
    if (const auto* shared = std::get_if<http::SharedText>(&response.body)) return *shared ? **shared : "";
    return std::get<std::string>(response.body);
}

http::Response get(std::string path, std::vector<std::pair<std::string, std::string>> headers = {},
                   std::string method = "GET") {
    static const ConsolePages pages(files);
    return pages.answer(
        {.method = std::move(method), .path = std::move(path), .headers = std::move(headers)});
}

TEST(Console, LeavesTheApiAlone) {
    for (auto path : {"/api", "/api/", "/API/jobs", "//api//sessionMngr", "/metrics"})
        EXPECT_TRUE(is_of_api(path)) << path;
    for (auto path : {"/", "/apis", "/jobs/api", "/metricsx", "/index.html"})
        EXPECT_FALSE(is_of_api(path)) << path;
}

TEST(Console, ServesItsFilesCompressedToWhoeverTakesIt) {
    EXPECT_EQ(body(get("/assets/index-abc.js")), "plain code");
    auto compressed = get("/assets/index-abc.js", {{"Accept-Encoding", "gzip, deflate, br, zstd"}});
    EXPECT_EQ(body(compressed), "brotli");
    EXPECT_EQ(header(compressed, "Content-Encoding"), "br");
    EXPECT_EQ(header(compressed, "Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(body(get("/assets/index-abc.js", {{"Accept-Encoding", "br;q=0, gzip"}})), "plain code");
    EXPECT_EQ(body(get("/assets/font-abc.woff2", {{"Accept-Encoding", "br"}})), "font");
}

TEST(Console, EveryViewIsTheFirstPageAndAMissingFileIsNone) {
    for (auto path : {"/", "/jobs", "/machines/urn:CustomPlatform:Vm:1.2/files/3", "/../etc/passwd"}) {
        auto page = get(path);
        EXPECT_EQ(page.status, 200) << path;
        EXPECT_EQ(body(page), "<html>") << path;
    }
    EXPECT_EQ(get("/assets/index-old.js").status, 404);
}

TEST(Console, IsKeptByBrowsersAsLongAsItIsTheSame) {
    EXPECT_THAT(header(get("/assets/index-abc.js"), "Cache-Control"), HasSubstr("immutable"));
    auto page = get("/jobs");
    EXPECT_EQ(header(page, "Cache-Control"), "no-cache");
    auto again = get("/jobs", {{"If-None-Match", header(page, "ETag")}});
    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(body(again), "");
    auto plain = header(get("/assets/index-abc.js"), "ETag");
    EXPECT_NE(plain, header(get("/assets/index-abc.js", {{"Accept-Encoding", "br"}}), "ETag"));
}

TEST(Console, LetsNothingInFromElsewhere) {
    auto page = get("/");
    EXPECT_THAT(header(page, "Content-Security-Policy"), HasSubstr("default-src 'none'"));
    EXPECT_THAT(header(page, "Content-Security-Policy"), Not(HasSubstr("unsafe")));
    EXPECT_EQ(header(page, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header(page, "Referrer-Policy"), "no-referrer");
}

TEST(Console, IsReadOnly) {
    auto refused = get("/", {}, "POST");
    EXPECT_EQ(refused.status, 405);
    EXPECT_EQ(header(refused, "Allow"), "GET, HEAD");
    EXPECT_EQ(get("/", {}, "HEAD").status, 200);
}

TEST(Console, WhatIsCompiledInHasAFirstPageThatNamesItsFiles) {
    ConsolePages pages;
    auto first = body(pages.answer({.method = "GET", .path = "/"}));
    ASSERT_THAT(first, HasSubstr("/assets/"));
    auto begin = first.find("/assets/");
    auto script = first.substr(begin, first.find('"', begin) - begin);
    EXPECT_EQ(pages.answer({.method = "GET", .path = script}).status, 200) << script;
    EXPECT_THAT(first, Not(HasSubstr("<style")));
}

}  // namespace
}  // namespace holdfast::console
