// What has happened in the catalog to tasks, backup sessions and restore sessions since it was asked last.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "catalog/backup_sessions.hpp"
#include "catalog/logon_records.hpp"
#include "catalog/restore_sessions.hpp"

namespace holdfast::api {

// As it was found.
using Change = std::variant<catalog::TaskRecord, catalog::BackupSession, catalog::RestoreSession>;

// One thread.
class ChangeFinder {
  public:
    explicit ChangeFinder(catalog::Database& database) : database_(database), asked_(now()) {}

    // What was begun, went on or ended since the last call, each once, as it is now. Nothing at the first
    // call.
    std::vector<Change> find();

  private:
    using States = std::map<std::string, std::string>;

    template <typename Record>
    void compare(std::vector<Record> records, States& states, std::vector<Change>& changes) const;

    catalog::Database& database_;
    Timestamp asked_;
    bool knows_ = false;
    States known_;  // of what is under way or has ended lately
};

}  // namespace holdfast::api
