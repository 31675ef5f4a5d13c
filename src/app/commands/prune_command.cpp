#include <fmt/format.h>

#include "app/command_run.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/prune_and_tell.hpp"
#include "base/text.hpp"

namespace holdfast {

void prune_and_tell(repository::Repository& repository, CommandRun& run) {
    run.show_progress("prune");
    auto result = repository.prune(run.progress(), run.stop());
    run.end_progress();
    run.say(fmt::format("{} freed: {} packs removed, {} rewritten.", format_bytes(result.freed_bytes),
                        result.removed_packs, result.rewritten_packs));
    run.report("pruned", {{"freed_bytes", result.freed_bytes},
                          {"removed_packs", result.removed_packs},
                          {"rewritten_packs", result.rewritten_packs}});
}

void add_prune_command(CLI::App& repository) {
    auto given = std::make_shared<CommonOptions>();
    auto* command = repository.add_subcommand("prune", "Remove data that no snapshot uses.");
    add_common_options(*command, *given);
    add_footer(*command, "  holdfast repository prune\n");
    command->callback([given] {
        run_command(*given, "Every snapshot is whole; the next prune removes what is left over.",
                    [&](CommandRun& run) {
                        prune_and_tell(*run.open(), run);
                        run.report("summary", {{"seconds", run.seconds()}});
                        return 0;
                    });
    });
}

}  // namespace holdfast
