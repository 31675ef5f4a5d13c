// Long collections are sent while they are read. What arrives is what one answer would have held.
#include <gtest/gtest.h>

#include "api/whole_server.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

class Collected final : public http::BodyWriter {
  public:
    void write(std::span<const std::byte> bytes) override { text += as_text(bytes); }
    std::string text;
};

std::string whole_text_of(const http::Response& response) {
    if (!std::holds_alternative<http::StreamedBody>(response.body)) return text_of(response);
    Collected collected;
    std::get<http::StreamedBody>(response.body).produce(collected);
    return collected.text;
}

bool is_streamed(const http::Response& response) {
    return std::holds_alternative<http::StreamedBody>(response.body);
}

std::string without_paging(std::string text) {
    constexpr std::string_view end = "</PagingInfo>";
    auto begin = text.find("<PagingInfo");
    if (begin != std::string::npos) text.erase(begin, text.find(end) + end.size() - begin);
    return text;
}

TEST(WholeCollections, InPartsAreTheSameAsInOnePiece) {
    WholeServer server;
    server.add_sessions(1'234);
    for (auto accept : {"application/xml", "application/json"})
        for (auto parameters :
             {"?", "?format=Entity", "?format=Entity&sortDesc=CreationTime", "?filter=JobName==\"many\""}) {
            auto target = std::string("/api/backupSessions") + parameters;
            auto whole = server.ask(AccountRole::portal_administrator, "GET", target, accept);
            auto page =
                server.ask(AccountRole::portal_administrator, "GET", target + "&pageSize=10000", accept);
            EXPECT_TRUE(is_streamed(whole)) << target;
            EXPECT_FALSE(is_streamed(page)) << target;
            EXPECT_EQ(whole.headers, page.headers) << target;
            EXPECT_EQ(whole_text_of(whole), without_paging(text_of(page))) << accept << ' ' << target;
        }
}

TEST(WholeCollections, OfExactlyOneOrTwoPartsHaveTheirEnd) {
    WholeServer server;
    auto in_catalog = std::size_t{1};
    for (std::size_t wanted : {500, 1'000}) {
        server.add_sessions(wanted - in_catalog);
        in_catalog = wanted;
        for (auto accept : {"application/xml", "application/json"}) {
            auto whole = server.ask(AccountRole::portal_administrator, "GET", "/api/backupSessions", accept);
            auto page = server.ask(AccountRole::portal_administrator, "GET",
                                   "/api/backupSessions?pageSize=10000", accept);
            EXPECT_EQ(whole_text_of(whole), without_paging(text_of(page))) << accept << ' ' << wanted;
        }
    }
}

TEST(WholeCollections, AShortOneIsSentInOnePiece) {
    WholeServer server;
    EXPECT_FALSE(is_streamed(server.ask(AccountRole::portal_administrator, "GET", "/api/backupSessions")));
}

}  // namespace
}  // namespace holdfast::api
