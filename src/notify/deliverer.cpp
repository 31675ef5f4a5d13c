#include "notify/deliverer.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "notify/pause.hpp"

namespace holdfast::notify {
namespace {

constexpr std::size_t threads = 4;
constexpr std::chrono::seconds look_every{1};
// After the catalog failed: what became of a message could not be noted, and it must not be sent again at
// once.
constexpr std::chrono::seconds after_an_error{10};

}  // namespace

Deliverer::Deliverer(catalog::Database& database, const SecretBox& secrets, std::string owner,
                     Compose compose)
    : targets_(database),
      outbox_(database, std::move(owner)),
      secrets_(secrets),
      compose_(std::move(compose)) {}

void Deliverer::start() {
    for (std::size_t i = 0; i < threads; ++i)
        threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
}

void Deliverer::stop() {
    for (auto& thread : threads_) thread.request_stop();
    threads_.clear();
}

Delivery Deliverer::send(const catalog::NotificationTarget& target, const Message& message) const {
    auto secret =
        target.sealed_secret.empty()
            ? std::string()
            : secrets_.unseal(catalog::NotificationTarget::secret_name(target.id), target.sealed_secret);
    return target.mail ? send_mail(*target.mail, secret, message) : post_webhook(target.url, secret, message);
}

void Deliverer::run(const std::stop_token& stop) {
    StopScope scope(stop);
    while (auto notification = take(stop)) {
        try {
            deliver(*notification);
        } catch (const std::exception& error) {
            if (stop.stop_requested()) return;
            spdlog::error("A notification was not delivered: {}", error.what());
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, stop, after_an_error, [] { return false; });
        }
        give_back(notification->target);
    }
}

std::optional<catalog::Notification> Deliverer::take(const std::stop_token& stop) {
    std::lock_guard turn(turn_);
    while (!stop.stop_requested()) {
        auto pause = look_every;
        try {
            if (auto notification = try_to_take()) return notification;
        } catch (const std::exception& error) {
            spdlog::error("Notifications could not be looked for: {}", error.what());
            pause = after_an_error;
        }
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, stop, pause, [&] { return has_changed_; });
        has_changed_ = false;
    }
    return std::nullopt;
}

std::optional<catalog::Notification> Deliverer::try_to_take() {
    std::set<Uuid> busy;
    {
        std::lock_guard lock(mutex_);
        busy = busy_;
    }
    // Nobody else makes a target busy meanwhile: this thread has the turn.
    auto notification = outbox_.next_due(now(), busy);
    if (notification) {
        std::lock_guard lock(mutex_);
        busy_.insert(notification->target);
    }
    return notification;
}

void Deliverer::give_back(const Uuid& target) {
    std::lock_guard lock(mutex_);
    busy_.erase(target);
    has_changed_ = true;
    changed_.notify_all();
}

void Deliverer::deliver(const catalog::Notification& notification) {
    auto target = targets_.find(notification.target);
    if (!target) return;  // and with it the notification
    auto message = compose_(notification, *target);
    if (!message) {
        outbox_.gave_up(notification, "The session that it tells of is gone", now());
        return;
    }
    Delivery delivery;
    try {
        delivery = send(*target, *message);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::cancelled) throw;
        delivery.text = error.what();  // its secret cannot be read
    }
    if (delivery.is_delivered)
        outbox_.delivered(notification, now());
    else
        note_failure(notification, target->name, delivery);
}

void Deliverer::note_failure(const catalog::Notification& notification, const std::string& name,
                             const Delivery& delivery) {
    auto time = now();
    auto age = time - notification.created;
    if (age >= tried_for) {
        outbox_.gave_up(notification, "Given up after three days: " + delivery.text, time);
        spdlog::error("A notification for {} was given up after three days: {}", name, delivery.text);
        return;
    }
    auto pause = between_tries.pause_after(static_cast<unsigned>(notification.tries) + 1);
    outbox_.failed(notification, {delivery.text, time, time + pause, delivery.is_of_target});
    if (notification.tries == 0)
        spdlog::warn("A notification for {} did not arrive and is sent again: {}", name, delivery.text);
}

}  // namespace holdfast::notify
