// SNAPSHOT[:PATH] on the command line, the filters --host, --tag and --path, and the snapshot that they name.
#pragma once

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/command_run.hpp"
#include "repository/snapshot_choice.hpp"

namespace holdfast {

struct FilterOptions {
    std::vector<std::string> hosts;
    std::vector<std::string> tags;  // "a,b": both
    std::vector<std::string> paths;

    repository::SnapshotFilter filter() const;
};

struct SnapshotOptions {
    CommonOptions common;
    FilterOptions filter;
    std::string snapshot;  // SNAPSHOT[:PATH]
};

// All of them; `name` and `help` are of the snapshot itself.
CLI::Option* add_snapshot_options(CLI::App& command, SnapshotOptions& options, const std::string& name,
                                  const std::string& help);

struct ChosenSnapshot {
    std::unique_ptr<repository::Repository> repository;
    repository::Snapshot snapshot;
    std::string path;  // in the snapshot, without slashes at its ends; "": all of it
};

// Throws as repository::choose_snapshot.
ChosenSnapshot choose_snapshot(const SnapshotOptions& options,
                               std::unique_ptr<repository::Repository> repository);

// "a,b" into its parts, without the spaces around them.
std::vector<std::string> split_tags(const std::string& text);

void add_filter_options(CLI::App& command, FilterOptions& options);

// "vda=/srv/vda.img" into its two parts; invalid_input, naming the option, for anything else.
std::pair<std::string, std::string> split_assignment(const std::string& option, const std::string& text);

// The first eight digits, which people use.
std::string short_id(const repository::SnapshotId& id);

boost::json::object to_json(const repository::Snapshot& snapshot);

}  // namespace holdfast
