// Mails as they go over the wire: nothing in a message makes a header of its own, and every mail program
// reads what it says.
#include "notify/mail_text.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "base/text.hpp"

namespace holdfast::notify {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// What a mail program makes of encoded words.
std::string decoded(std::string header) {
    std::string text;
    while (!header.empty()) {
        EXPECT_THAT(header, StartsWith("=?UTF-8?B?"));
        auto end = header.find("?=", 10);
        auto bytes = from_base64(header.substr(10, end - 10));
        if (!bytes) return "no base64";
        text += as_text(*bytes);
        header.erase(0, end + 2);
        if (header.starts_with("\r\n ")) header.erase(0, 3);
    }
    return text;
}

TEST(MailHeader, IsLeftAsItIsWhereItIsShortAndPlain) {
    EXPECT_EQ(header_text("[Holdfast] Success: Nightly"), "[Holdfast] Success: Nightly");
    EXPECT_EQ(header_text(""), "");
}

TEST(MailHeader, LetsNoLineBreakThrough) {
    EXPECT_EQ(header_text("a\r\nBcc: eve@example.org\n\n.\x7f"), "a  Bcc: eve@example.org  . ");
}

TEST(MailHeader, IsEncodedWhereItIsNot) {
    EXPECT_EQ(header_text("Täglich"), "=?UTF-8?B?VMOkZ2xpY2g=?=");
    // What looks encoded and is not.
    EXPECT_EQ(decoded(header_text("=?UTF-8?B?eA==?=")), "=?UTF-8?B?eA==?=");
}

TEST(MailHeader, IsFoldedBetweenCharacters) {
    std::string text;
    for (int i = 0; i < 60; ++i) text += "aü€";
    auto header = header_text(text);
    EXPECT_EQ(decoded(header), text);
    std::istringstream lines(header);
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 77U);  // with the CR
        auto start = line.find("?B?") + 3;
        auto bytes = from_base64(line.substr(start, line.find("?=", start) - start));
        ASSERT_TRUE(bytes) << line;
        EXPECT_NE(std::to_integer<unsigned>(bytes->front()) & 0xc0U, 0x80U)
            << "begins in a character: " << line;
    }
}

TEST(MailHeader, IsOfBoundedLength) {
    EXPECT_LT(header_text(std::string(100'000, 'x')).size(), 1'000U);
    EXPECT_LT(header_text(std::string(100'000, '\x80')).size(), 1'000U);  // no UTF-8 at all
}

TEST(MailText, HasAllThatAMailNeeds) {
    Message message{.id = *Uuid::parse("11111111-1111-4111-8111-111111111111"),
                    .time = *parse_time("2026-11-05T07:08:09.5Z"),
                    .subject = "Ergebnis: schön",
                    .text = "Zeile ä\n.\nBcc: eve@example.org\n"};
    auto mail = mail_text(
        {.server = "mail", .from = "holdfast@example.org", .to = {"ann@example.org", "bob@example.org"}},
        message);
    EXPECT_THAT(mail, StartsWith("Date: Thu, 5 Nov 2026 07:08:09 +0000\r\n"
                                 "Message-ID: <11111111-1111-4111-8111-111111111111@example.org>\r\n"
                                 "From: <holdfast@example.org>\r\n"
                                 "To: <ann@example.org>,\r\n <bob@example.org>\r\n"
                                 "Subject: =?UTF-8?B?RXJnZWJuaXM6IHNjaMO2bg==?=\r\n"));
    EXPECT_THAT(mail, HasSubstr("\r\nContent-Type: text/plain; charset=UTF-8\r\n"));
    EXPECT_THAT(mail, Not(HasSubstr("eve@example.org")));
    auto body = mail.substr(mail.find("\r\n\r\n") + 4);
    std::erase(body, '\r');
    std::erase(body, '\n');
    EXPECT_EQ(as_text(from_base64(body).value()), message.text);
}

}  // namespace
}  // namespace holdfast::notify
