#include <fmt/format.h>

#include "app/command_run.hpp"
#include "app/commands/commands.hpp"

namespace holdfast {

void add_init_command(CLI::App& repository) {
    struct Given {
        CommonOptions common;
        unsigned version = 2;
    };
    auto given = std::make_shared<Given>();
    auto* command = repository.add_subcommand("init", "Make a new repository in an empty or missing place.");
    add_common_options(*command, given->common);
    command->add_option("--format-version", given->version, "restic's format version")
        ->check(CLI::IsMember({1u, 2u}))
        ->capture_default_str();
    add_footer(*command,
               "  holdfast repository init --repository /srv/backup --password-file /etc/backup-password\n");
    command->callback([given] {
        run_command(given->common, "No repository was made.", [&](CommandRun& run) {
            auto made = repository::Repository::create(given->common.repository,
                                                       run.password(AskTimes::twice), given->version);
            run.say(fmt::format("Made the repository {} in {}.", made->id().substr(0, 10),
                                given->common.repository));
            run.say("Keep the password in a safe place: without it nobody can read the backups.");
            run.report("summary", {{"repository_id", made->id()}});
            return 0;
        });
    });
}

}  // namespace holdfast
