#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "app/commands/commands.hpp"
#include "app/exit_status.hpp"
#include "app/help_formatter.hpp"
#include "app/serve_command.hpp"

int main(int argc, char** argv) {
    CLI::App app("Holdfast: backup of machines, disks and files, into repositories that stock restic reads.",
                 "holdfast");
    app.formatter(std::make_shared<holdfast::HelpFormatter>());
    app.set_version_flag("--version", std::string("holdfast ") + HOLDFAST_VERSION);
    app.require_subcommand(1);
    app.footer("holdfast COMMAND --help says more of each, with examples.");
    // May stand before or after the command; what the file has and no command knows is an error.
    app.set_config("--config", "", "Read options from this file")->envname("HOLDFAST_CONFIG");
    app.allow_config_extras(CLI::config_extras_mode::error);
    app.fallthrough();
    holdfast::add_serve_command(app);
    holdfast::add_repository_command(app);
    holdfast::add_backup_command(app);
    holdfast::add_restore_command(app);
    holdfast::add_export_command(app);
    holdfast::add_copy_command(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::RuntimeError& error) {
        return error.get_exit_code();  // told already
    } catch (const CLI::RequiredError& error) {
        // What is missing is often missing because something was mistyped.
        if (auto unknown = app.remaining(true); !unknown.empty())
            fmt::print(
                stderr,
                "holdfast: \"{}\" is no command or option here. Run with --help for those there are.\n",
                unknown.front());
        else
            app.exit(error);
        return holdfast::exit_usage;
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : holdfast::exit_usage;
    } catch (const std::exception& error) {
        fmt::print(stderr, "holdfast: {}\n", error.what());
        return holdfast::exit_status_of(error);
    }
    return 0;
}
