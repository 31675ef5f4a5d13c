// SNAPSHOT[:PATH] on the command line, and the filters --host, --tag and --path.
#pragma once

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "repository/snapshot_choice.hpp"

namespace holdfast {

struct FilterOptions {
    std::vector<std::string> hosts;
    std::vector<std::string> tags;  // "a,b": both
    std::vector<std::string> paths;

    repository::SnapshotFilter filter() const;
};

// "a,b" into its parts, without the spaces around them.
std::vector<std::string> split_tags(const std::string& text);

void add_filter_options(CLI::App& command, FilterOptions& options);

// "latest:web01/disks" into its two parts; the path has no slash at its ends.
std::pair<std::string, std::string> split_snapshot_path(const std::string& text);

// "vda=/srv/vda.img" into its two parts; invalid_input, naming the option, for anything else.
std::pair<std::string, std::string> split_assignment(const std::string& option, const std::string& text);

// The first eight digits, which people use.
std::string short_id(const repository::SnapshotId& id);

boost::json::object to_json(const repository::Snapshot& snapshot);

}  // namespace holdfast
