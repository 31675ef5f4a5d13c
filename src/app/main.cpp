#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "app/serve_command.hpp"
#include "base/error.hpp"

namespace {

// The exit status of an error, so that scripts can tell them apart: sysexits.h's words.
int exit_status(holdfast::ErrorKind kind) {
    switch (kind) {
        case holdfast::ErrorKind::invalid_input:
            return 64;  // EX_USAGE
        case holdfast::ErrorKind::unavailable:
            return 69;  // EX_UNAVAILABLE
        case holdfast::ErrorKind::io:
            return 74;  // EX_IOERR
        case holdfast::ErrorKind::corrupt:
            return 65;  // EX_DATAERR
        default:
            return 1;
    }
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Holdfast: backup of KVM virtual machines, into repositories that stock restic reads.",
                 "holdfast");
    app.set_version_flag("--version", std::string("holdfast ") + HOLDFAST_VERSION);
    app.require_subcommand(1);
    // May stand before or after the command; what the file has and no command knows is an error.
    app.set_config("--config", "", "Read options from this file")->envname("HOLDFAST_CONFIG");
    app.allow_config_extras(CLI::config_extras_mode::error);
    app.fallthrough();
    holdfast::add_serve_command(app);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error);
    } catch (const holdfast::Error& error) {
        fmt::print(stderr, "holdfast: {}\n", error.what());
        return exit_status(error.kind());
    } catch (const std::exception& error) {
        fmt::print(stderr, "holdfast: {}\n", error.what());
        return 1;
    }
    return 0;
}
