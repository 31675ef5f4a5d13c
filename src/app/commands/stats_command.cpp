#include <fmt/format.h>

#include "app/command_run.hpp"
#include "app/commands/commands.hpp"
#include "base/text.hpp"

namespace holdfast {
namespace {

double ratio(std::uint64_t plain, std::uint64_t stored) {
    return stored == 0 ? 1 : static_cast<double>(plain) / static_cast<double>(stored);
}

void show_statistics(CommandRun& run) {
    auto opened = run.open();
    auto content = opened->content_statistics(run.stop());
    auto files = opened->statistics();
    auto compression = ratio(content.uncompressed_bytes, content.blob_bytes);
    run.say(fmt::format("snapshots     {}", files.snapshots));
    run.say(fmt::format("files         {} in all snapshots", content.files));
    run.say(fmt::format("restore size  {} of all snapshots", format_bytes(content.restore_bytes)));
    run.say(fmt::format("blobs         {} of data, {} of trees", content.data_blobs, content.tree_blobs));
    run.say(fmt::format("packs         {}", files.packs));
    run.say(fmt::format("stored        {} in packs", format_bytes(files.stored_bytes)));
    run.say(fmt::format("uncompressed  {}, compressed {:.2f} times", format_bytes(content.uncompressed_bytes),
                        compression));
    run.say(fmt::format("index memory  {}", format_bytes(content.index_memory_bytes)));
    if (files.capacity_bytes != 0)
        run.say(fmt::format("free          {} of {}", format_bytes(files.free_bytes),
                            format_bytes(files.capacity_bytes)));
    run.report("summary", {{"snapshots", files.snapshots},
                           {"files", content.files},
                           {"restore_bytes", content.restore_bytes},
                           {"data_blobs", content.data_blobs},
                           {"tree_blobs", content.tree_blobs},
                           {"packs", files.packs},
                           {"stored_bytes", files.stored_bytes},
                           {"uncompressed_bytes", content.uncompressed_bytes},
                           {"compression_ratio", compression},
                           {"index_memory_bytes", content.index_memory_bytes},
                           {"capacity_bytes", files.capacity_bytes},
                           {"free_bytes", files.free_bytes}});
}

}  // namespace

void add_stats_command(CLI::App& repository) {
    auto given = std::make_shared<CommonOptions>();
    auto* command = repository.add_subcommand(
        "stats", "How much is in the repository. Reads every tree of the snapshots once.");
    add_common_options(*command, *given);
    add_footer(*command, "  holdfast repository stats\n");
    command->callback([given] {
        run_command(*given, "Nothing was changed.", [&](CommandRun& run) {
            show_statistics(run);
            return 0;
        });
    });
}

}  // namespace holdfast
