#include "app/snapshot_options.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast {
namespace {

boost::json::array to_array(const std::vector<std::string>& texts) {
    boost::json::array array;
    for (const auto& text : texts) array.emplace_back(text);
    return array;
}

// "latest:web01/disks" into its two parts.
std::pair<std::string, std::string> split_snapshot_path(const std::string& text) {
    auto colon = text.find(':');
    if (colon == std::string::npos) return {text, ""};
    auto path = text.substr(colon + 1);
    path.erase(0, path.find_first_not_of('/'));
    while (path.ends_with('/')) path.pop_back();
    return {text.substr(0, colon), path};
}

}  // namespace

std::vector<std::string> split_tags(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t from = 0; from <= text.size();) {
        auto comma = std::min(text.find(',', from), text.size());
        parts.emplace_back(trimmed(std::string_view(text).substr(from, comma - from)));
        from = comma + 1;
    }
    return parts;
}

repository::SnapshotFilter FilterOptions::filter() const {
    repository::SnapshotFilter filter{.hosts = hosts, .tags = {}, .paths = paths};
    for (const auto& list : tags) filter.tags.push_back(split_tags(list));
    return filter;
}

void add_filter_options(CLI::App& command, FilterOptions& options) {
    command.add_option("--host", options.hosts, "Only snapshots of this host")
        ->type_name("NAME")
        ->allow_extra_args(false);
    command.add_option("--tag", options.tags, "Only snapshots with this tag, or all of TAG,TAG")
        ->type_name("TAG")
        ->allow_extra_args(false);
    command.add_option("--path", options.paths, "Only snapshots of this path")
        ->type_name("PATH")
        ->allow_extra_args(false);
}

CLI::Option* add_snapshot_options(CLI::App& command, SnapshotOptions& options, const std::string& name,
                                  const std::string& help) {
    add_common_options(command, options.common);
    add_filter_options(command, options.filter);
    return command.add_option(name, options.snapshot, help)->type_name("");
}

ChosenSnapshot choose_snapshot(const SnapshotOptions& options,
                               std::unique_ptr<repository::Repository> repository) {
    auto [name, path] = split_snapshot_path(options.snapshot);
    auto snapshots = repository->snapshots();
    auto snapshot = repository::choose_snapshot(snapshots, name, options.filter.filter());
    return {std::move(repository), std::move(snapshot), std::move(path)};
}

std::pair<std::string, std::string> split_assignment(const std::string& option, const std::string& text) {
    auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
        throw Error(ErrorKind::invalid_input, fmt::format("{} {} is not of the form NAME=FILE", option, text))
            .advise(fmt::format("Write for instance {} vda=/srv/images/vda.raw.", option));
    return {text.substr(0, equals), text.substr(equals + 1)};
}

std::string short_id(const repository::SnapshotId& id) {
    return id.to_string().substr(0, 8);
}

boost::json::object to_json(const repository::Snapshot& snapshot) {
    boost::json::object object{{"id", snapshot.id.to_string()},     {"time", format_utc(snapshot.time)},
                               {"hostname", snapshot.hostname},     {"username", snapshot.username},
                               {"paths", to_array(snapshot.paths)}, {"tags", to_array(snapshot.tags)},
                               {"tree", snapshot.tree.to_string()}};
    if (snapshot.parent) object["parent"] = snapshot.parent->to_string();
    return object;
}

}  // namespace holdfast
