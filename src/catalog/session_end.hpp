// How sessions of backups and of restores end: once, whoever else wants to end them too.
#pragma once

#include <string>
#include <string_view>

#include "catalog/database.hpp"

namespace holdfast::catalog {

// True for the one that ends it. `table`: backup_sessions or restore_sessions.
bool end_session(Connection& connection, std::string_view table, const Uuid& id, Timestamp time);
// What stands there of a session that did not come to its own end.
void store_failure(Connection& connection, std::string_view table, const Uuid& id, const std::string& reason);

}  // namespace holdfast::catalog
