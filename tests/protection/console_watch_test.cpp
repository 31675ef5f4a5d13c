// What a machine writes on its serial port, and lines that are waited for.
#include "protection/console_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "error_of.hpp"

namespace holdfast::protection {
namespace {

TEST(ConsoleText, IsWhatAPersonWouldRead) {
    ConsoleText text(std::nullopt);
    text.add(
        "\x1b[2J\x1b[1;31mweb01 login:\x1b[0m \r\nB\xc3\xbc"
        "cher\tx\x07\n");
    EXPECT_EQ(text.tail(), "web01 login: \nB??cher x\n");
}

TEST(ConsoleText, KeepsTheEnd) {
    ConsoleText text(std::nullopt);
    for (int i = 0; i < 5000; ++i) text.add("line " + std::to_string(i) + "\n");
    EXPECT_LE(text.tail().size(), 4096U);
    EXPECT_TRUE(text.tail().ends_with("line 4999\n"));
    text.add(std::string(1 << 20, 'x'));
    EXPECT_LE(text.tail().size(), 4096U);
}

TEST(ConsoleText, FindsALineAlsoWhereItHasNoEndYet) {
    ConsoleText text(ConsolePattern("^web[0-9]+ login:"));
    text.add("not web01 login:\n");
    EXPECT_FALSE(text.has_matched());
    text.add("web01 lo");
    text.look_at_open_line();
    EXPECT_FALSE(text.has_matched());
    text.add("gin: ");
    EXPECT_FALSE(text.has_matched());
    text.look_at_open_line();
    EXPECT_TRUE(text.has_matched());
}

TEST(ConsolePattern, ThatMayBeSlowOrIsNoneIsRefused) {
    for (const char* wrong : {"(", "[a", "(a)\\1", "a{5}", "((a{255}){255}){255}", "*("})
        EXPECT_EQ(error_of([&] { ConsolePattern pattern{wrong}; }), ErrorKind::invalid_input) << wrong;
    EXPECT_TRUE(ConsolePattern("a\\{b").matches("a{b"));
    EXPECT_TRUE(ConsolePattern("(a*)*b").matches(std::string(4000, 'a') + "b"));
    EXPECT_FALSE(ConsolePattern("(a*)*b").matches(std::string(4000, 'a')));
}

TEST(ConsoleWatch, ReadsWhatAMachineWrites) {
    TemporaryDirectory folder;
    auto socket = folder.path() / "console.sock";
    ConsoleWatch watch(socket, {::getuid(), ::getgid()}, ConsolePattern("READY"));
    UniqueFd port(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(socket.native(), address.sun_path);
    ASSERT_EQ(::connect(port.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::send(port.get(), "booting\nREADY", 13, 0), 13);
    auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!watch.has_matched() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    EXPECT_TRUE(watch.has_matched());
    EXPECT_EQ(watch.tail(), "booting\nREADY");
}

}  // namespace
}  // namespace holdfast::protection
