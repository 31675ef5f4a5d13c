// What Holdfast and holdfast-freeze-guard say to each other: a word a message, with what belongs to it behind
// a blank.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/file.hpp"

namespace holdfast::hypervisor {

namespace guard_word {
inline constexpr std::string_view ready = "ready";    // the guard: it is connected
inline constexpr std::string_view freeze = "freeze";  // to the guard
inline constexpr std::string_view frozen = "frozen";  // the guard: how many file systems
inline constexpr std::string_view failed = "failed";  // the guard: why nothing is to be called frozen
inline constexpr std::string_view thaw = "thaw";      // to the guard; its death says the same
inline constexpr std::string_view thawed = "thawed";  // the guard: how many were frozen until then
inline constexpr std::string_view overdue =
    "overdue";  // the guard: they were thawed unasked, the time was up
}  // namespace guard_word

struct GuardMessage {
    std::string word;  // empty: the other side is gone
    std::string rest;
};

// One end of a socket pair of sequenced packets.
class GuardChannel {
  public:
    explicit GuardChannel(UniqueFd socket) : socket_(std::move(socket)) {}

    // Whether somebody is there to hear it.
    bool say(std::string_view word, std::string_view rest = {});
    // Nothing when the time is over.
    std::optional<GuardMessage> hear(std::chrono::steady_clock::time_point until);
    // The other side hears the end.
    void close() { socket_.reset(); }

  private:
    UniqueFd socket_;
};

}  // namespace holdfast::hypervisor
