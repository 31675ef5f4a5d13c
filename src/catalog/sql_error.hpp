// SOCI's exceptions as Holdfast's errors.
#pragma once

#include <soci/soci.h>

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace holdfast::catalog {

// conflict for a value that must be unique; unavailable for a lost connection or a database that stays
// locked; io otherwise.
Error make_sql_error(const soci::soci_error& error, std::string_view sql);

template <typename Work>
auto translate_sql_errors(std::string_view sql, Work&& work) -> decltype(work()) {
    try {
        return work();
    } catch (const soci::soci_error& error) {
        throw make_sql_error(error, sql);
    }
}

}  // namespace holdfast::catalog
