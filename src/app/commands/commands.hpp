// The commands on a repository, a file each.
#pragma once

#include <CLI/CLI.hpp>

namespace holdfast {

void add_backup_command(CLI::App& app);
void add_restore_command(CLI::App& app);
void add_export_command(CLI::App& app);
void add_copy_command(CLI::App& app);
void add_repository_command(CLI::App& app);  // with those below

void add_init_command(CLI::App& repository);
void add_check_command(CLI::App& repository);
void add_prune_command(CLI::App& repository);
void add_list_command(CLI::App& repository);
void add_stats_command(CLI::App& repository);
void add_forget_command(CLI::App& repository);
void add_key_command(CLI::App& repository);
void add_unlock_command(CLI::App& repository);

}  // namespace holdfast
