// The numbered SQL files of migrations/, compiled in. A file that was released is never changed again; a
// change is a new file.
#pragma once

#include <string>
#include <vector>

namespace holdfast::catalog {

struct Migration {
    int number;
    std::string name;
    std::string sql;  // statements ended by ";" at the end of a line; the same text for SQLite and PostgreSQL
};

const std::vector<Migration>& migrations();

}  // namespace holdfast::catalog
