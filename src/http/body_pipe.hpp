// The bounded buffer between whoever makes a body and the connection that sends it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "http/server.hpp"

namespace holdfast::http {

class BodyPipe final : public BodyWriter, public BodyFeed {
  public:
    enum class State {
        open,      // more will come
        complete,  // all was taken and the producer ended well
        broken,    // the producer failed, or made another number of bytes than it had said
    };

    // `wake` tells the connection that there is something to take; called from the producer's thread, at most
    // once per take() that found nothing.
    BodyPipe(std::optional<std::uint64_t> length, std::function<void()> wake)
        : remaining_(length), wake_(std::move(wake)) {}

    // For the producer's thread, or for whoever feeds the body.
    void write(std::span<const std::byte> bytes) override;
    Offer offer(std::string_view bytes) override;
    void finish() override;
    void fail();

    // For the connection: takes what is there (replacing `into`), never waits.
    State take(std::string& into);
    // The client is gone: write() throws cancelled from now on.
    void close();

  private:
    void end(State state);
    void wake_reader(std::unique_lock<std::mutex>& lock);

    std::mutex mutex_;
    std::condition_variable room_;
    std::string buffer_;
    std::optional<std::uint64_t> remaining_;
    State state_ = State::open;
    bool closed_ = false;
    bool reader_waits_ = false;
    std::function<void()> wake_;
};

}  // namespace holdfast::http
