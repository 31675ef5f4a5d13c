// What every part of protection stands on: one installation of Holdfast.
#pragma once

#include <filesystem>
#include <string>

#include "base/secret.hpp"
#include "catalog/database.hpp"

namespace holdfast::protection {

struct Environment {
    catalog::Database& database;
    const SecretBox& secrets;
    // Names this installation in the database, so that after a crash it takes up only what was its own.
    std::string owner;
    // Sockets and scratch files of running work are made below it; emptied at every start.
    std::filesystem::path run_directory;
};

}  // namespace holdfast::protection
