#include "catalog/session_end.hpp"

#include <fmt/format.h>

namespace holdfast::catalog {

bool end_session(Connection& connection, std::string_view table, const Uuid& id, Timestamp time) {
    return connection
               .query(
                   fmt::format("UPDATE {} SET ended_at = :ended WHERE id = :id AND ended_at IS NULL", table))
               .bind("ended", time)
               .bind("id", id)
               .run() == 1;
}

void store_failure(Connection& connection, std::string_view table, const Uuid& id,
                   const std::string& reason) {
    connection
        .query(fmt::format(
            "UPDATE {} SET state = 'Stopped', result = 'Failed', reason = :reason WHERE id = :id", table))
        .bind("reason", reason)
        .bind("id", id)
        .run();
}

}  // namespace holdfast::catalog
