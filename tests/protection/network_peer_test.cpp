// What a machine whose boot is verified meets in its network.
#include "protection/network_peer.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/file.hpp"
#include "protection/isolated_network.hpp"

namespace holdfast::protection {
namespace {

using std::string;
using std::string_view;
using testing::IsEmpty;
using testing::SizeIs;

const string guest_mac = "\x52\x54\x01\x02\x03\x04";
const string guest_address = "\x0a\x09\x08\x07";  // 10.9.8.7
const string gateway = "\x0a\x09\x08\xfe";

template <std::size_t N>
string bytes(const char (&text)[N]) {
    return string(text, N - 1);
}

string frame(const string& type, const string& packet) {
    return string(6, '\xff') + guest_mac + type + packet;
}

string arp(const string& from, const string& wanted) {
    return frame("\x08\x06", bytes("\0\1\x08\0\6\4\0\1") + guest_mac + from + string(6, '\0') + wanted);
}

string ipv4(char protocol, const string& from, const string& to, const string& content) {
    const auto total = static_cast<char>(20 + content.size());
    return frame(bytes("\x08\0"), bytes("\x45\0\0") + total + bytes("\0\0\0\0\x40") + protocol +
                                      bytes("\0\0") + from + to + content);
}

string dhcp(char kind, const string& options) {
    auto message = bytes("\1\1\6\0") + "XIDX" + string(20, '\0') + guest_mac + string(10 + 192, '\0') +
                   "\x63\x82\x53\x63" + bytes("\x35\1") + kind + options + '\xff';
    auto udp = bytes("\0\x44\0\x43\0\0\0\0") + message;
    const auto total = static_cast<std::uint16_t>(20 + udp.size());
    auto header = bytes("\x45\0") + string{static_cast<char>(total >> 8), static_cast<char>(total & 0xff)} +
                  bytes("\0\0\0\0\x40\x11\0\0\0\0\0\0\xff\xff\xff\xff");
    return frame(bytes("\x08\0"), header + udp);
}

// The value of an option of the DHCP message in a frame.
string option_of(const string& answer, char code) {
    for (std::size_t at = 14 + 28 + 240; at + 1 < answer.size() && answer[at] != '\xff';) {
        auto length = static_cast<unsigned char>(answer[at + 1]);
        if (answer[at] == code) return answer.substr(at + 2, length);
        at += 2U + length;
    }
    return {};
}

class Peers : public testing::Test {
  protected:
    std::vector<string> answers(const string& sent) {
        peer_.receive(sent);
        return peer_.take_outgoing();
    }
    NetworkPeer peer_{3, {22}};
};

TEST_F(Peers, GivesAnAddressByDhcp) {
    auto offers = answers(dhcp(1, ""));
    ASSERT_THAT(offers, SizeIs(1));
    EXPECT_EQ(option_of(offers[0], 53), "\2");
    EXPECT_EQ(offers[0].substr(14 + 28 + 16, 4), bytes("\xc6\x12\3\x0f"));  // 198.18.3.15
    EXPECT_EQ(offers[0].substr(14 + 28 + 4, 4), "XIDX");
    EXPECT_FALSE(peer_.machine_address());
    auto acknowledged = answers(dhcp(3, bytes("\x32\4\xc6\x12\3\x0f")));
    ASSERT_THAT(acknowledged, SizeIs(1));
    EXPECT_EQ(option_of(acknowledged[0], 53), "\5");
    EXPECT_EQ(peer_.machine_address(), "198.18.3.15");
    // It tells of no router: nothing is behind.
    EXPECT_EQ(option_of(acknowledged[0], 3), "");
}

TEST_F(Peers, RefusesTheAddressThatTheOriginalHad) {
    auto refused = answers(dhcp(3, bytes("\x32\4") + guest_address));
    ASSERT_THAT(refused, SizeIs(1));
    EXPECT_EQ(option_of(refused[0], 53), "\6");
    EXPECT_FALSE(peer_.machine_address());
}

TEST_F(Peers, LearnsAFixedAddressAndIsTheGatewayThatItLooksFor) {
    peer_.ask();
    EXPECT_THAT(peer_.take_outgoing(), IsEmpty());
    auto replies = answers(arp(guest_address, gateway));
    ASSERT_THAT(replies, SizeIs(1));
    EXPECT_EQ(replies[0].substr(0, 6), guest_mac);
    EXPECT_EQ(replies[0].substr(20, 2), bytes("\0\2"));
    EXPECT_EQ(replies[0].substr(28, 4), gateway);
    EXPECT_EQ(peer_.machine_address(), "10.9.8.7");
}

TEST_F(Peers, DoesNotClaimAnAddressThatTheMachineTriesOut) {
    EXPECT_THAT(answers(arp(string(4, '\0'), guest_address)), IsEmpty());
    EXPECT_THAT(answers(arp(guest_address, guest_address)), IsEmpty());
    EXPECT_EQ(peer_.machine_address(), "10.9.8.7");
}

TEST_F(Peers, AsksForEchoAndTakesOnlyAnAnswerToItsOwn) {
    answers(arp(guest_address, gateway));
    peer_.ask();
    auto asked = peer_.take_outgoing();
    ASSERT_THAT(asked, SizeIs(2));
    EXPECT_EQ(asked[0][23], '\1');
    EXPECT_EQ(asked[0].substr(26, 8), gateway + guest_address);
    auto echo = asked[0].substr(34, 16);
    EXPECT_EQ(echo[0], '\x08');
    answers(ipv4(1, guest_address, gateway, bytes("\0\0\0\0\1\2\0\1")));
    EXPECT_FALSE(peer_.has_answered_echo());
    answers(ipv4(1, gateway, gateway, bytes("\0\0\0\0") + echo.substr(4)));
    EXPECT_FALSE(peer_.has_answered_echo()) << "of somebody else";
    answers(ipv4(1, guest_address, gateway, bytes("\0\0\0\0") + echo.substr(4)));
    EXPECT_TRUE(peer_.has_answered_echo());
}

TEST_F(Peers, KnowsAnOpenPortFromAClosedOne) {
    answers(arp(guest_address, gateway));
    peer_.ask();
    auto asked = peer_.take_outgoing();
    ASSERT_THAT(asked, SizeIs(2));
    auto ours = asked[1].substr(34, 2);
    EXPECT_EQ(asked[1].substr(36, 2), bytes("\0\x16"));
    EXPECT_EQ(asked[1][47], '\2');
    auto next = asked[1].substr(38, 4);
    ++next[3];
    auto segment = [&](char flags) {
        return ipv4(6, guest_address, gateway,
                    bytes("\0\x16") + ours + "SEQU" + next + bytes("\x50") + flags + bytes("\x10\0\0\0\0\0"));
    };
    answers(segment('\x14'));  // reset
    EXPECT_FALSE(peer_.is_open(22));
    auto ended = answers(segment('\x12'));
    EXPECT_TRUE(peer_.is_open(22));
    ASSERT_THAT(ended, SizeIs(1));
    EXPECT_EQ(ended[0][47], '\4') << "the connection is not kept";
}

TEST_F(Peers, OutlivesFramesThatMakeNoSense) {
    auto whole = {arp(guest_address, gateway),
                  dhcp(1, bytes("\x32\xff")),
                  dhcp(3, ""),
                  ipv4(6, guest_address, gateway, string(20, 'x')),
                  ipv4(1, guest_address, gateway, string(8, 'x')),
                  frame(bytes("\x08\0"), bytes("\x4f\0\0\x14") + string(16, 'x'))};
    for (const auto& one : whole)
        for (std::size_t length = 0; length <= one.size(); ++length) {
            // A copy of its own: reading beyond its end is seen by the sanitizers.
            auto cut = string(one.data(), length);
            cut.shrink_to_fit();
            NetworkPeer peer{0, {22}};
            peer.receive(cut);
            peer.ask();
            EXPECT_LE(peer.take_outgoing().size(), 4U);
        }
}

// As QEMU talks to it.
TEST(IsolatedNetworks, CarryFramesOverASocketThatNobodyElseGets) {
    IsolatedNetwork network(1, {});
    auto connected = [&] {
        UniqueFd made(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(network.port());
        timeval limit{20, 0};
        ::setsockopt(made.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        if (::connect(made.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) made.reset();
        return made;
    };
    auto cable = connected();
    ASSERT_TRUE(cable);
    auto sent = arp(guest_address, gateway);
    auto framed = bytes("\0\0\0") + static_cast<char>(sent.size()) + sent;
    ASSERT_EQ(::send(cable.get(), framed.data(), framed.size(), 0), static_cast<ssize_t>(framed.size()));
    std::array<char, 64> reply{};
    ASSERT_EQ(::recv(cable.get(), reply.data(), reply.size(), MSG_WAITALL), 64);
    EXPECT_EQ(string_view(reply.data(), 4), bytes("\0\0\0\x3c"));
    EXPECT_EQ(network.machine_address(), "10.9.8.7");
    EXPECT_FALSE(network.has_answered_echo());
    EXPECT_FALSE(connected()) << "it has the one cable that it was made for";
}

}  // namespace
}  // namespace holdfast::protection
