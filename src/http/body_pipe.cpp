#include "http/body_pipe.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::http {
namespace {

constexpr std::size_t buffer_limit = 256 << 10;
// Of a fed body: there may be many of them. Only a single larger piece goes beyond it.
constexpr std::size_t feed_limit = 64 << 10;

}  // namespace

void BodyPipe::write(std::span<const std::byte> bytes) {
    std::unique_lock lock(mutex_);
    if (remaining_) {
        if (bytes.size() > *remaining_) {
            state_ = State::broken;
            wake_reader(lock);
            throw Error(ErrorKind::internal, "A response body is longer than its Content-Length says");
        }
        *remaining_ -= bytes.size();
    }
    while (!bytes.empty()) {
        room_.wait(lock, [this] { return buffer_.size() < buffer_limit || closed_; });
        if (closed_) throw Error(ErrorKind::cancelled, "The client went away before the response was sent");
        std::size_t count = std::min(bytes.size(), buffer_limit - buffer_.size());
        buffer_.append(as_text(bytes.first(count)));
        bytes = bytes.subspan(count);
        wake_reader(lock);
    }
}

BodyFeed::Offer BodyPipe::offer(std::string_view bytes) {
    std::unique_lock lock(mutex_);
    if (closed_ || state_ != State::open) return Offer::gone;
    if (!buffer_.empty() && buffer_.size() + bytes.size() > feed_limit) return Offer::full;
    buffer_ += bytes;
    wake_reader(lock);
    return Offer::taken;
}

void BodyPipe::finish() {
    bool too_short = false;
    {
        std::lock_guard lock(mutex_);
        too_short = remaining_.value_or(0) != 0;
    }
    end(too_short ? State::broken : State::complete);
}

void BodyPipe::fail() {
    end(State::broken);
}

void BodyPipe::end(State state) {
    std::unique_lock lock(mutex_);
    if (state_ == State::open) state_ = state;
    wake_reader(lock);
}

// The lock is let go while the connection is told, so that it can take at once.
void BodyPipe::wake_reader(std::unique_lock<std::mutex>& lock) {
    if (!std::exchange(reader_waits_, false)) return;
    lock.unlock();
    wake_();
    lock.lock();
}

BodyPipe::State BodyPipe::take(std::string& into) {
    std::lock_guard lock(mutex_);
    into.clear();
    if (state_ == State::broken) return State::broken;
    if (buffer_.empty()) {
        reader_waits_ = state_ == State::open;
        return state_;
    }
    into.swap(buffer_);
    room_.notify_all();
    return State::open;
}

void BodyPipe::close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    room_.notify_all();
}

}  // namespace holdfast::http
