#include "app/commands/commands.hpp"

namespace holdfast {

void add_repository_command(CLI::App& app) {
    auto* command = app.add_subcommand("repository", "Make, look at, check and clean up a repository.");
    command->require_subcommand(1);
    add_init_command(*command);
    add_check_command(*command);
    add_prune_command(*command);
    add_list_command(*command);
    add_stats_command(*command);
    add_forget_command(*command);
    add_key_command(*command);
    add_unlock_command(*command);
}

}  // namespace holdfast
