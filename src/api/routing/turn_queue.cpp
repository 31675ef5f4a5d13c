#include "api/routing/turn_queue.hpp"

namespace holdfast::api {

StatusError come_back(std::chrono::milliseconds after) {
    auto seconds = std::chrono::ceil<std::chrono::seconds>(after).count();
    StatusError error(503, ErrorKind::unavailable, "Too many logons are under way");
    error.advise("Try again in " + std::to_string(seconds) + " s.");
    error.add_header("Retry-After", std::to_string(seconds));
    return error;
}

TurnQueue::Turn::~Turn() {
    if (!queue_) return;
    std::lock_guard lock(queue_->mutex_);
    --queue_->taken_;
    queue_->free_.notify_one();
}

TurnQueue::Turn TurnQueue::take() {
    std::unique_lock lock(mutex_);
    auto is_free = [&] { return taken_ < at_once_; };
    if (!is_free()) {
        if (waiting_ >= most_waiting_) throw come_back(std::chrono::seconds(2));
        ++waiting_;
        bool got = free_.wait_for(lock, patience_, is_free);
        --waiting_;
        if (!got) throw come_back(std::chrono::seconds(5));
    }
    ++taken_;
    return Turn(*this);
}

std::optional<TurnQueue::Turn> TurnQueue::take_if_free() {
    std::lock_guard lock(mutex_);
    if (taken_ >= at_once_) return std::nullopt;
    ++taken_;
    return Turn(*this);
}

}  // namespace holdfast::api
