#include <fmt/format.h>

#include "app/command_run.hpp"
#include "app/commands/commands.hpp"
#include "app/exit_status.hpp"

namespace holdfast {
namespace {

struct Given {
    CommonOptions common;
    bool read_data = false;
    bool repair = false;
};

int check(const Given& given, CommandRun& run) {
    auto opened = run.open();
    auto depth = given.read_data ? repository::CheckDepth::all_data : repository::CheckDepth::structure;
    run.show_progress(given.repair ? "repair" : "check");
    auto result = given.repair ? opened->repair(depth, run.progress(), run.stop())
                               : opened->check(depth, run.progress(), run.stop());
    run.end_progress();
    for (const auto& problem : result.problems) run.warn(problem);
    run.say(fmt::format("{} packs and {} blobs looked at in {:.1f} s: {}.", result.checked_packs,
                        result.checked_blobs, run.seconds(),
                        result.problems.empty()       ? "no problem found"
                        : result.problems.size() == 1 ? "1 problem"
                                                      : fmt::format("{} problems", result.problems.size())));
    if (!result.problems.empty() && !given.repair)
        run.say(
            "`holdfast repository check --repair` makes indexes anew; a new backup brings back what still "
            "exists at its source.");
    run.report("summary", {{"checked_packs", result.checked_packs},
                           {"checked_blobs", result.checked_blobs},
                           {"problems", result.problems.size()},
                           {"seconds", run.seconds()}});
    return result.problems.empty() ? 0 : exit_damaged;
}

}  // namespace

void add_check_command(CLI::App& repository) {
    auto given = std::make_shared<Given>();
    auto* command = repository.add_subcommand("check", "Look for damage, and say what it affects.");
    add_common_options(*command, given->common);
    command->add_flag("--read-data", given->read_data, "Read and verify all data, not only the structure");
    command->add_flag("--repair", given->repair,
                      "Write the indexes anew from the packs first, under an exclusive lock");
    add_footer(*command, "  holdfast repository check --read-data\n  holdfast repository check --repair\n");
    command->callback([given] {
        run_command(given->common, "Nothing was removed; check again to know.",
                    [&](CommandRun& run) { return check(*given, run); });
    });
}

}  // namespace holdfast
