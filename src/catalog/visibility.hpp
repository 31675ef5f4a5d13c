// What a viewer may see of the catalog's records. A record with several machines is seen by whoever may see
// one of them.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "catalog/backup_sessions.hpp"
#include "catalog/database.hpp"
#include "catalog/viewer.hpp"

namespace holdfast::catalog {

// The condition, in SQL, that a machine named by two columns is seen by the account that is bound to
// ":viewer".
std::string visible_machine(const std::string& hierarchy_root_column, const std::string& domain_column);

// The session as the viewer sees it.
std::optional<BackupSession> find_visible_session(Database& database, const Viewer& viewer, const Uuid& id);

class Visibility {
  public:
    Visibility(Database& database, const Viewer& viewer) : database_(database), viewer_(viewer) {}

    bool sees_all() const { return viewer_.sees_all; }
    bool machine(const Uuid& hierarchy_root, const Uuid& domain);
    // False for what is not there.
    bool backup(const Uuid& id);
    bool restore_point(const Uuid& id);
    bool task_session(const Uuid& id);
    // By the machine of its restore point, or because the viewer's account started it.
    bool restore_session(const Uuid& id);

    // Hierarchy roots and domains, all of them; for viewers that do not see all.
    std::set<std::pair<Uuid, Uuid>> machines();

  private:
    bool exists(const std::string& from_where, const Uuid& id);

    Database& database_;
    Viewer viewer_;
};

}  // namespace holdfast::catalog
