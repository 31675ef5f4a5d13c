// What SQL text may use on both databases beyond what they share:
//   time_to_seconds(micros)  "2026-06-14 23:09:26", as format_for_name
//   time_in_full(micros)     "2026-06-14 23:09:26.173", as format_utc but for its T and Z
// Times in names are made where names are filtered and ordered by. With query.cpp and database.cpp the only
// files that know SOCI.
#pragma once

#include <array>
#include <string_view>

namespace soci {
class session;
}

namespace holdfast::catalog {

// Of this connection, which is one to SQLite.
void add_functions_to_sqlite(soci::session& session);

// Statements that define them in a PostgreSQL database.
std::array<std::string_view, 2> postgresql_functions();

}  // namespace holdfast::catalog
