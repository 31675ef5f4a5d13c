// What is to be sent to notification targets: a row for each session that ended and each target that is to
// know, from the transaction that ends the session until the target has it or it is given up.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "catalog/notification_targets.hpp"

namespace holdfast::catalog {

struct BackupSession;
struct RestoreSession;

// Of which kind the session is; EM's names.
namespace session_type {
inline constexpr std::string_view backup = "BackupJobSession";
inline constexpr std::string_view restore = "RestoreSession";
}  // namespace session_type

struct Notification {
    Uuid id;  // by which a target knows one that it gets twice
    Uuid target;
    std::string session_type;
    Uuid session;
    Timestamp created;  // when the session ended
    int tries = 0;      // that failed
};

// Called once, in the transaction that ends the session.
void note_end(Connection& connection, const BackupSession& session);
void note_end(Connection& connection, const RestoreSession& session);

class NotificationOutbox {
  public:
    // More of one target are given up at once.
    static constexpr std::int64_t most_waiting = 10'000;

    // `owner`: the installation whose sessions it tells of.
    NotificationOutbox(Database& database, std::string owner)
        : database_(database), owner_(std::move(owner)) {}

    // The oldest that is due of those targets that are not busy; of the target that has waited for longest.
    std::optional<Notification> next_due(Timestamp time, const std::set<Uuid>& busy);

    // What became of one try. All of them do nothing where the target is gone.
    void delivered(const Notification& notification, Timestamp time);
    struct Failure {
        std::string text;
        Timestamp time;
        Timestamp next_try;
        bool is_of_target = true;  // the others of the target would fail, too: they wait as long
    };
    void failed(const Notification& notification, const Failure& failure);
    void gave_up(const Notification& notification, const std::string& reason, Timestamp time);

  private:
    Database& database_;
    std::string owner_;
};

}  // namespace holdfast::catalog
