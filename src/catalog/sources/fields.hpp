// Short ways to write down the fields of a source.
#pragma once

#include "catalog/selection.hpp"

namespace holdfast::catalog::fields {

inline Field text(std::string name, std::string sql) {
    return {std::move(name), FieldKind::text, std::move(sql)};
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
inline Field choice(std::string name, std::string sql, std::vector<std::string> words) {
    return {std::move(name), FieldKind::enumeration, std::move(sql), std::move(words)};
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
