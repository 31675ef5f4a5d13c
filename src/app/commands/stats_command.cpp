#include <fmt/format.h>

#include "app/command_run.hpp"
#include "app/commands/commands.hpp"
#include "base/text.hpp"

namespace holdfast {

void add_stats_command(CLI::App& repository) {
    auto given = std::make_shared<CommonOptions>();
    auto* command = repository.add_subcommand("stats", "How much is in the repository.");
    add_common_options(*command, *given);
    add_footer(*command, "  holdfast repository stats\n");
    command->callback([given] {
        run_command(*given, "", [&](CommandRun& run) {
            auto statistics = run.open()->statistics();
            run.say(fmt::format("snapshots  {}", statistics.snapshots));
            run.say(fmt::format("packs      {}", statistics.packs));
            run.say(fmt::format("stored     {}", format_bytes(statistics.stored_bytes)));
            run.say(fmt::format("free       {} of {}", format_bytes(statistics.free_bytes),
                                format_bytes(statistics.capacity_bytes)));
            run.report("summary", {{"snapshots", statistics.snapshots},
                                   {"packs", statistics.packs},
                                   {"stored_bytes", statistics.stored_bytes},
                                   {"capacity_bytes", statistics.capacity_bytes},
                                   {"free_bytes", statistics.free_bytes}});
            return 0;
        });
    });
}

}  // namespace holdfast
