#include <fmt/format.h>

#include "app/command_run.hpp"
#include "app/commands/commands.hpp"
#include "base/error.hpp"

namespace holdfast {
namespace {

struct Given {
    CommonOptions common;
    std::string new_password_file;
    std::string key;
};

std::string short_key(const std::string& id) {
    return id.substr(0, 8);
}

std::string new_password(const Given& given, CommandRun& run) {
    return read_password(given.new_password_file, "New password of " + given.common.repository,
                         AskTimes::twice, run.stop());
}

void list(CommandRun& run) {
    auto keys = run.open()->keys();
    run.say(fmt::format("  {:8}  {:19}  {}", "ID", "Created (UTC)", "By"));
    for (const auto& key : keys) {
        run.say(fmt::format("{} {}  {}  {}@{}", key.is_current ? '*' : ' ', short_key(key.id),
                            format_for_name(key.created), key.username, key.hostname));
        run.report("key", {{"id", key.id},
                           {"created", format_utc(key.created)},
                           {"username", key.username},
                           {"hostname", key.hostname},
                           {"current", key.is_current}});
    }
    run.report("summary", {{"keys", keys.size()}});
}

void add(const Given& given, CommandRun& run) {
    auto opened = run.open();
    auto id = opened->add_key(new_password(given, run));
    run.say(fmt::format("Added the key {}. The passwords until now serve as well.", short_key(id)));
    run.report("summary", {{"added_key", id}});
}

// The id of the only key that begins so. Keys that cannot be read are not listed: those take their whole id.
std::string choose_key(repository::Repository& repository, const std::string& beginning) {
    std::vector<std::string> found;
    for (const auto& key : repository.keys())
        if (key.id.starts_with(beginning)) found.push_back(key.id);
    if (found.size() > 1)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("{} keys begin with \"{}\"", found.size(), beginning))
            .advise("Give more of the id.");
    return found.empty() ? beginning : found.front();
}

void remove(const Given& given, CommandRun& run) {
    auto opened = run.open();
    auto id = choose_key(*opened, given.key);
    opened->remove_key(id);
    run.say(fmt::format("Removed the key {}: its password opens the repository no more.", short_key(id)));
    run.report("summary", {{"removed_key", id}});
}

// The old key goes only after the repository was opened with the new one.
void change_password(const Given& given, CommandRun& run) {
    auto old_password = run.password(AskTimes::once);
    auto opened = repository::Repository::open(given.common.repository, old_password);
    std::string old_id;
    for (const auto& key : opened->keys())
        if (key.is_current) old_id = key.id;
    auto password = new_password(given, run);
    if (password == old_password)
        throw Error(ErrorKind::invalid_input, "The new password is the old one")
            .advise("Nothing was changed.");
    auto new_id = opened->add_key(password);
    repository::Repository::open(given.common.repository, password)->remove_key(old_id);
    run.say(
        fmt::format("Changed the password: the key {} stands for {}.", short_key(new_id), short_key(old_id)));
    run.report("summary", {{"added_key", new_id}, {"removed_key", old_id}});
}

CLI::App* add_one(CLI::App& key, const std::shared_ptr<Given>& given, const std::string& name,
                  const std::string& what, const std::string& examples,
                  std::function<void(CommandRun&)> work) {
    auto* command = key.add_subcommand(name, what);
    add_common_options(*command, given->common);
    add_footer(*command, examples);
    command->callback([given, work] {
        run_command(given->common, "No key was removed; `key list` shows whether one was added.",
                    [&](CommandRun& run) {
                        work(run);
                        return 0;
                    });
    });
    return command;
}

void add_new_password_option(CLI::App& command, Given& given) {
    command
        .add_option("--new-password-file", given.new_password_file,
                    "File whose first line is the new password; without it, it is asked twice")
        ->type_name("FILE");
}

}  // namespace

void add_key_command(CLI::App& repository) {
    auto* key = repository.add_subcommand("key", "List, add, remove and change passwords of the repository.");
    key->require_subcommand(1);
    auto given = std::make_shared<Given>();
    auto* raw = given.get();
    add_one(*key, given, "list", "Show the keys, one for each password; * is the one in use.",
            "  holdfast repository key list\n", [](CommandRun& run) { list(run); });
    auto* added = add_one(*key, given, "add", "Let another password open the repository too.",
                          "  holdfast repository key add --new-password-file /etc/second-password\n",
                          [raw](CommandRun& run) { add(*raw, run); });
    add_new_password_option(*added, *given);
    auto* removed =
        add_one(*key, given, "remove", "Let a password open the repository no more.",
                "  holdfast repository key remove 2f9a81c0\n", [raw](CommandRun& run) { remove(*raw, run); });
    removed->add_option("KEY", given->key, "Its id, or the beginning of one. Never the one in use")
        ->required();
    auto* changed = add_one(*key, given, "passwd", "Change the password in use to a new one.",
                            "  holdfast repository key passwd --new-password-file /etc/new-password\n",
                            [raw](CommandRun& run) { change_password(*raw, run); });
    add_new_password_option(*changed, *given);
}

}  // namespace holdfast
