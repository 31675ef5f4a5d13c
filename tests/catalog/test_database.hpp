// The databases that every test of the catalog runs on: a SQLite file, and a real PostgreSQL of its own.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/file.hpp"
#include "base/process.hpp"

namespace holdfast::catalog {

// A PostgreSQL cluster in a temporary folder, on a unix socket only. Ends with the process.
class PostgresCluster {
  public:
    PostgresCluster();
    ~PostgresCluster();
    std::string socket_folder() const { return folder_.path().string(); }

  private:
    TemporaryDirectory folder_{"/tmp"};
    std::unique_ptr<Process> server_;
};

enum class Kind { sqlite, postgresql };

// An empty database; SQLite's in `folder`, PostgreSQL's in the cluster that ctest started for all tests, or
// in one of this process.
std::string new_database_url(Kind kind, const std::filesystem::path& folder);

}  // namespace holdfast::catalog
