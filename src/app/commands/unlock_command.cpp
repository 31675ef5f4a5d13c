#include <fmt/format.h>

#include "app/command_run.hpp"
#include "app/commands/commands.hpp"

namespace holdfast {

void add_unlock_command(CLI::App& repository) {
    auto given = std::make_shared<CommonOptions>();
    auto* command = repository.add_subcommand("unlock", "Remove the locks that dead processes left behind.");
    add_common_options(*command, *given);
    add_footer(*command, "  holdfast repository unlock\n");
    command->callback([given] {
        run_command(*given, "Some locks may be left.", [&](CommandRun& run) {
            auto removed = run.open()->remove_stale_locks();
            run.say(fmt::format("Removed {} {}.", removed, removed == 1 ? "lock" : "locks"));
            run.report("summary", {{"removed_locks", removed}});
            return 0;
        });
    });
}

}  // namespace holdfast
