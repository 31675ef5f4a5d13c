// Restores of machines and files, and what they must take back when they do not end well.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "catalog/restore_points.hpp"

namespace holdfast::catalog {

struct RestoreSession {
    Uuid id;
    std::string kind;  // "RestoreVm" or "FileLevelRestore"
    std::string owner;
    Uuid vm_restore_point;
    std::string vm_name;
    std::string started_by;
    Timestamp created;
    std::optional<Timestamp> ended;
    std::string state;  // as of a backup session
    std::string result;
    int progress = 0;
    std::string reason;
    std::string restored_ref;           // "<hierarchy root>.<domain>" of the machine that it made or replaced
    bool has_vm_restore_point = false;  // read, never stored: it may be gone
};

// One that begins now, working, with a new id.
RestoreSession new_restore_session(const std::string& kind, const std::string& owner,
                                   const VmRestorePoint& point, const std::string& account);

// Inside of a transaction. A session that ends here is told to whom it concerns (NotificationOutbox).
void insert_session(Connection& connection, const RestoreSession& session);
void store_session(Connection& connection, const RestoreSession& session);

class RestoreSessions {
  public:
    explicit RestoreSessions(Database& database) : database_(database) {}

    std::optional<RestoreSession> find(const Uuid& id);
    // Those under way and those that ended since then, oldest first; the first thousand.
    std::vector<RestoreSession> list_current(Timestamp ended_since);
    void start(const RestoreSession& session);
    void update(const RestoreSession& session);
    // Not those of machines that run from the repository, which go on (InstantRecoveries).
    std::vector<RestoreSession> fail_interrupted(const std::string& owner, const std::string& reason);

    // VM restore points that a restore or a mount reads now.
    std::set<Uuid> points_in_use();

    // Files made by a restore, noted before they are made, so that they can be removed after a crash.
    void note_leftover(const Uuid& session, const std::string& path);
    std::vector<std::string> leftovers(const Uuid& session);
    // All of them, in one transaction, in the place of what was noted before.
    void replace_leftovers(const Uuid& session, const std::vector<std::string>& paths);
    void forget_leftover(const Uuid& session, const std::string& path);
    // Sessions that have ended and still have something to take back.
    std::vector<Uuid> ended_with_leftovers(const std::string& owner);

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
