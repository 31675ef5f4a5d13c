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

    // Sockets of machines that run from the repository: their definitions name them, so they stay where they
    // are over a restart.
    std::filesystem::path instant_directory() const { return run_directory.parent_path() / "instant"; }
};

}  // namespace holdfast::protection
