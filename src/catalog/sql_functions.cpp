#include "catalog/sql_functions.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <string>

#include "base/error.hpp"
#include "base/time.hpp"

namespace holdfast::catalog {
namespace {

using Format = std::string (*)(Timestamp);

// Called from C: nothing may be thrown through it.
template <Format format>
void call(sqlite_api::sqlite3_context* context, int, sqlite_api::sqlite3_value** arguments) {
    if (sqlite_api::sqlite3_value_type(arguments[0]) == SQLITE_NULL) {
        sqlite_api::sqlite3_result_null(context);
        return;
    }
    try {
        auto text = format(from_micros(sqlite_api::sqlite3_value_int64(arguments[0])));
        // SQLite makes a copy of it.
        auto* transient = reinterpret_cast<sqlite_api::sqlite3_destructor_type>(-1);
        sqlite_api::sqlite3_result_text(context, text.data(), static_cast<int>(text.size()), transient);
    } catch (const std::exception&) {
        sqlite_api::sqlite3_result_error_nomem(context);
    }
}

void require_done(int code) {
    if (code != SQLITE_OK) throw Error(ErrorKind::internal, "SQLite does not take the functions of Holdfast");
}

}  // namespace

void add_functions_to_sqlite(soci::session& session) {
    auto* sqlite = static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
    auto add = [&](const char* name, auto function) {
        require_done(sqlite_api::sqlite3_create_function_v2(sqlite, name, 1,
                                                            SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                                            function, nullptr, nullptr, nullptr));
    };
    add("time_to_seconds", call<format_for_name>);
    add("time_in_full", call<format_in_full>);
}

std::array<std::string_view, 2> postgresql_functions() {
    return {
        "CREATE OR REPLACE FUNCTION time_to_seconds(micros BIGINT) RETURNS TEXT LANGUAGE SQL STABLE AS"
        " 'SELECT to_char(to_timestamp(micros / 1000000) AT TIME ZONE ''UTC'', ''YYYY-MM-DD HH24:MI:SS'')'",
        "CREATE OR REPLACE FUNCTION time_in_full(micros BIGINT) RETURNS TEXT LANGUAGE SQL STABLE AS"
        " 'SELECT rtrim(rtrim(to_char((to_timestamp(micros / 1000000)"
        " + (micros % 1000000) * INTERVAL ''1 microsecond'') AT TIME ZONE ''UTC'',"
        " ''YYYY-MM-DD HH24:MI:SS.US''), ''0''), ''.'')'"};
}

}  // namespace holdfast::catalog
