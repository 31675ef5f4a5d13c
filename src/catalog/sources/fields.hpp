// Short ways to write down the fields of a source.
#pragma once

#include "catalog/selection.hpp"

namespace holdfast::catalog::fields {

inline Field text(std::string name, std::string sql) {
    return {std::move(name), FieldKind::text, std::move(sql)};
}
// "web01@2026-06-14 23:09:26"
inline Field name_at_time(std::string name, const std::string& column, const std::string& time) {
    auto field = text(std::move(name), column + " || '@' || time_to_seconds(" + time + ")");
    field.name_part = column + " || '@'";
    field.time_part = time;
    return field;
}
inline Field id(std::string name, std::string sql) {
    return {std::move(name), FieldKind::id, std::move(sql)};
}
inline Field number(std::string name, std::string sql) {
    return {std::move(name), FieldKind::number, std::move(sql)};
}
inline Field boolean(std::string name, std::string sql) {
    return {std::move(name), FieldKind::boolean, std::move(sql)};
}
inline Field time(std::string name, std::string sql) {
    return {std::move(name), FieldKind::time, std::move(sql)};
}
// For records that may have none.
inline Field time_or_none(std::string name, std::string sql) {
    return {.name = std::move(name), .kind = FieldKind::time, .sql = std::move(sql), .may_be_missing = true};
}
inline Field choice(std::string name, std::string sql, std::vector<std::string> words) {
    return {std::move(name), FieldKind::enumeration, std::move(sql), std::move(words)};
}

// The word itself is kept.
inline Field kept_choice(std::string name, const std::string& column, std::vector<std::string> words) {
    auto field = choice(std::move(name), column, std::move(words));
    field.column = column;
    for (const auto& word : field.words) field.stored.push_back("'" + word + "'");
    return field;
}
// Whether it is full is kept as 1 or 0: `full` is the word for 1, `increment` that for 0. No other of the
// words is ever true.
inline Field full_or_not(std::string name, const std::string& column, const std::string& full,
                         const std::string& increment, std::vector<std::string> words) {
    auto field = choice(std::move(name),
                        "(CASE " + column + " WHEN 1 THEN '" + full + "' ELSE '" + increment + "' END)",
                        std::move(words));
    field.column = column;
    for (const auto& word : field.words)
        field.stored.emplace_back(word == full ? "1" : word == increment ? "0" : "-1");
    return field;
}

// All records belong to this installation.
inline Field server_id() {
    return id("BackupServerUid", "CAST(:here_id AS TEXT)");
}
inline Field server_name() {
    return text("BackupServerName", "CAST(:here_name AS TEXT)");
}

// What has not ended yet is shown with the date that stands for none, 1753-01-01.
inline Field end_time(const std::string& column) {
    return time("EndTime", "COALESCE(" + column + ", -6847804800000000)");
}

inline std::vector<std::string> session_states() {
    return {"Starting", "Stopping", "Working", "Pausing", "Resuming", "Stopped"};
}
// None is what runs.
inline std::vector<std::string> results() {
    return {"None", "Success", "Warning", "Failed"};
}

}  // namespace holdfast::catalog::fields
