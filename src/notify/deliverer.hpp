// Sends what waits in the outbox, until it has arrived or is given up.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "base/secret.hpp"
#include "catalog/notification_outbox.hpp"
#include "notify/message.hpp"
#include "notify/transfer.hpp"

namespace holdfast::notify {

// Any thread.
class Deliverer {
  public:
    // What there is to say about a session; nothing where it is gone.
    using Compose = std::function<std::optional<Message>(const catalog::Notification&,
                                                         const catalog::NotificationTarget&)>;

    // `owner`: the installation whose sessions are told of.
    Deliverer(catalog::Database& database, const SecretBox& secrets, std::string owner, Compose compose);
    ~Deliverer() { stop(); }

    void start();
    // Cuts short what is being sent: it is sent again after the next start.
    void stop();

    // One try, past the outbox.
    Delivery send(const catalog::NotificationTarget& target, const Message& message) const;

  private:
    void run(const std::stop_token& stop);
    // Waits for what is due of a target that is not busy, which it is then. Nothing when it is time to stop.
    std::optional<catalog::Notification> take(const std::stop_token& stop);
    std::optional<catalog::Notification> try_to_take();
    void give_back(const Uuid& target);
    void deliver(const catalog::Notification& notification);
    void note_failure(const catalog::Notification& notification, const std::string& name,
                      const Delivery& delivery);

    catalog::NotificationTargets targets_;
    catalog::NotificationOutbox outbox_;
    const SecretBox& secrets_;
    const Compose compose_;
    std::mutex turn_;  // of the one thread that looks for work
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool has_changed_ = false;  // a target is no longer busy
    std::set<Uuid> busy_;
    std::vector<std::jthread> threads_;
};

}  // namespace holdfast::notify
