#include "catalog/sql_error.hpp"

#include <soci/postgresql/soci-postgresql.h>

namespace holdfast::catalog {

Error make_sql_error(const soci::soci_error& error, std::string_view sql) {
    std::string cause = error.get_error_message();
    while (!cause.empty() && (cause.back() == '\n' || cause.back() == '.')) cause.pop_back();
    std::string text = "The database refused a statement: " + cause;
    if (auto* postgresql = dynamic_cast<const soci::postgresql_soci_error*>(&error);
        (postgresql != nullptr && postgresql->sqlstate() == "23505") ||
        cause.find("UNIQUE constraint failed") != std::string::npos)
        return Error(ErrorKind::conflict, text);
    if (error.get_error_category() == soci::soci_error::connection_error ||
        cause.find("database is locked") != std::string::npos)
        return Error(ErrorKind::unavailable, text)
            .advise("Check that the database runs and can be reached; Holdfast connects again by itself.");
    if (cause.find("disk is full") != std::string::npos || cause.find("disk I/O error") != std::string::npos)
        return Error(ErrorKind::io, text).advise("Free some space where the database is kept.");
    return Error(ErrorKind::io, text + " (" + std::string(sql.substr(0, 200)) + ")");
}

}  // namespace holdfast::catalog
