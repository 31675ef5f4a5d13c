#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/ids.hpp"
#include "base/process.hpp"
#include "base/secret.hpp"
#include "base/text.hpp"
#include "base/time.hpp"

namespace holdfast {
namespace {

TEST(Error, TellsContextCauseAndAdviceInOneLine) {
    try {
        with_context("backing up web01", [] {
            throw Error(ErrorKind::io, "Cannot write x: disk full").advise("Free some space.");
        });
        FAIL();
    } catch (const Error& error) {
        EXPECT_STREQ(error.what(), "While backing up web01: Cannot write x: disk full. Free some space.");
        EXPECT_EQ(error.kind(), ErrorKind::io);
    }
}

TEST(Uuid, ReadsWhatItWrites) {
    auto id = Uuid::random();
    EXPECT_EQ(Uuid::parse(id.to_string()), id);
    EXPECT_EQ(Uuid::parse("B6BFCE60-7d42-46d7-9e55-0a40c04b0d7d")->to_string(),
              "b6bfce60-7d42-46d7-9e55-0a40c04b0d7d");
    for (auto wrong : {"", "b6bfce60", "b6bfce60-7d42-46d7-9e55-0a40c04b0d7",
                       "b6bfce60x7d42-46d7-9e55-0a40c04b0d7d", "{6bfce60-7d42-46d7-9e55-0a40c04b0d7d"})
        EXPECT_FALSE(Uuid::parse(wrong)) << wrong;
}

TEST(Uuid, FromNameFollowsRfc4122) {
    auto dns = *Uuid::parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
    EXPECT_EQ(Uuid::from_name(dns, "python.org").to_string(), "886313e1-3b8a-5372-9b90-0c9aee199e5d");
}

TEST(Urn, IsReadInBothSpellings) {
    auto id = Uuid::random();
    EXPECT_EQ(parse_urn_or_id(make_urn("Job", id)), id);
    EXPECT_EQ(parse_urn_or_id(id.to_string()), id);
    EXPECT_FALSE(parse_urn_or_id("urn:veeam:Job:"));
    EXPECT_FALSE(parse_urn_or_id("urn:veeam:"));
}

TEST(Text, HexAndBase64GoBothWays) {
    EXPECT_EQ(to_hex(as_bytes("\x01\xff")), "01ff");
    std::array<std::byte, 2> bytes;
    EXPECT_TRUE(from_hex("6aFf", bytes));
    EXPECT_EQ(to_hex(bytes), "6aff");
    for (std::string_view wrong : {"", "6", "6a", "6aff0", "6aff00", "6afg", "g000", "-1ff",
                                   "\xff"
                                   "aff"})
        EXPECT_FALSE(from_hex(wrong, bytes)) << wrong;
    for (std::string text : {"", "a", "ab", "abc", "abcd"})
        EXPECT_EQ(as_text(*from_base64(to_base64(as_bytes(text)))), text);
    EXPECT_FALSE(from_base64("a"));
    EXPECT_FALSE(from_base64("ab!="));
}

TEST(Text, BytesReadAsAPersonWouldSayThem) {
    EXPECT_EQ(format_bytes(512), "512 B");
    EXPECT_EQ(format_bytes(1536), "1.50 KiB");
    EXPECT_EQ(format_bytes(10ull << 40), "10.0 TiB");
}

TEST(Time, WritesTheFractionWithoutTrailingZeros) {
    auto time = *parse_time("2026-06-14T23:09:26.620Z");
    EXPECT_EQ(format_utc(time), "2026-06-14T23:09:26.62Z");
    EXPECT_EQ(format_utc(*parse_time("2026-06-14T23:09:26")), "2026-06-14T23:09:26Z");
    EXPECT_EQ(format_utc(*parse_time("2026-06-14T23:09:26+02:00")), "2026-06-14T21:09:26Z");
    EXPECT_EQ(format_for_name(time), "2026-06-14 23:09:26");
    EXPECT_FALSE(parse_time("yesterday"));
    EXPECT_FALSE(parse_time("2026-06-14T23:09:26Zjunk"));
    EXPECT_FALSE(parse_time("2026-06-14T23:09:nanZ"));
    EXPECT_FALSE(parse_time("2026-06-14T23:0:21111111111Z"));
    EXPECT_FALSE(parse_time("204-10-02T03:00:21Z"));
    EXPECT_FALSE(parse_time("9999-06-14T23:09:26Z"));
    EXPECT_FALSE(parse_time(""));
}

TEST(Time, WhatIsReadCanBeWrittenAndReadAgain) {
    for (const auto* text : {"1700-01-01T00:00:00Z", "2199-12-31T23:59:59.999999999Z",
                             "2199-12-31T23:59:59+14:00", "1700-01-01 00:00:00", "2026-06-14"}) {
        auto time = parse_time(text);
        ASSERT_TRUE(time) << text;
        EXPECT_EQ(parse_time(format_utc(*time)), time) << text;
    }
    EXPECT_FALSE(parse_time("1700-01-01T00:00:00+02:00"));
    EXPECT_FALSE(parse_time("2199-12-31T23:59:59-02:00"));
}

TEST(Password, MatchesOnlyItself) {
    auto hash = hash_password("correct horse");
    EXPECT_TRUE(password_matches("correct horse", hash));
    EXPECT_FALSE(password_matches("correct horse ", hash));
    EXPECT_FALSE(password_matches("correct horse", "scrypt$"));
    EXPECT_NE(hash, hash_password("correct horse"));
}

TEST(SecretBox, OpensOnlyWhatItSealedUnderThatName) {
    TemporaryDirectory folder;
    auto box = SecretBox::open(folder.path() / "key");
    auto sealed = box.seal("repository 1", "hunter2");
    EXPECT_EQ(sealed.find("hunter2"), std::string::npos);
    EXPECT_EQ(SecretBox::open(folder.path() / "key").unseal("repository 1", sealed), "hunter2");
    EXPECT_THROW(box.unseal("repository 2", sealed), Error);
    EXPECT_THROW(box.unseal("repository 1", sealed.substr(0, sealed.size() - 4) + "AAAA"), Error);
    struct stat status;
    ASSERT_EQ(::stat((folder.path() / "key").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST(File, ReadStopsAtItsLimit) {
    TemporaryDirectory folder;
    write_file_durably(folder.path() / "f", as_bytes("12345"), 0600);
    EXPECT_EQ(read_file(folder.path() / "f", 5), "12345");
    EXPECT_THROW(read_file(folder.path() / "f", 4), Error);
}

TEST(FileLock, IsHeldByOneAtATime) {
    TemporaryDirectory folder;
    FileLock lock(folder.path() / "lock", "taken");
    EXPECT_THROW(FileLock(folder.path() / "lock", "taken"), Error);
}

TEST(Process, GivesOutputStatusAndATimeLimit) {
    EXPECT_EQ(run_command({"cat"}, std::chrono::seconds(10), {.input = "hello"}), "hello");
    EXPECT_THROW(run_command({"false"}, std::chrono::seconds(10)), Error);
    EXPECT_THROW(run_command({"sleep", "100"}, std::chrono::milliseconds(50)), Error);
    try {
        run_command({"no-such-program"}, std::chrono::seconds(1));
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::not_supported);
    }
}

}  // namespace
}  // namespace holdfast
