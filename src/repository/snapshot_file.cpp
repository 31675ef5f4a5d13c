#include "repository/snapshot_file.hpp"

#include <charconv>

#include "base/error.hpp"
#include "base/time.hpp"
#include "repository/go_text.hpp"
#include "repository/json_fields.hpp"
#include "repository/process_identity.hpp"

namespace holdfast::repository {
namespace {

std::vector<std::string> parse_texts(const JsonFields& fields, std::string_view name) {
    std::vector<std::string> texts;
    const auto* list = fields.array(name);
    if (list == nullptr) return texts;
    for (const auto& value : *list) {
        const auto* text = value.if_string();
        if (text == nullptr) fields.wrong(name, "is not a list of strings");
        texts.emplace_back(text->data(), text->size());
    }
    return texts;
}

// Of a time that parse_time() takes: "+02:00" at its end, or "Z", or nothing.
std::chrono::minutes offset_of(std::string_view time) {
    auto sign = time.find_last_of("+-");
    if (sign == std::string_view::npos || sign < std::string_view("2026-06-14T").size()) return {};
    int hours = 0;
    int minutes = 0;
    std::from_chars(time.data() + sign + 1, time.data() + std::min(sign + 3, time.size()), hours);
    auto rest = time.substr(sign + 1);
    if (rest.size() >= 4) std::from_chars(time.data() + time.size() - 2, time.data() + time.size(), minutes);
    std::chrono::minutes east = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    return time[sign] == '-' ? -east : east;
}

void append_texts(std::string& json, const std::vector<std::string>& texts) {
    json += '[';
    for (const auto& text : texts) {
        if (&text != &texts.front()) json += ',';
        append_json_string(json, text);
    }
    json += ']';
}

}  // namespace

Snapshot parse_snapshot(ByteView json, std::string_view subject) {
    JsonDocument document(json, subject);
    JsonFields fields(document.object(), subject);
    Snapshot snapshot;
    auto time = parse_time(fields.string("time"));
    if (!time) fields.wrong("time", "is not a time");
    snapshot.time = *time;
    snapshot.utc_offset = offset_of(fields.string("time"));
    snapshot.parent = fields.optional_id<SnapshotId>("parent");
    snapshot.original = fields.optional_id<SnapshotId>("original");
    snapshot.tree = fields.id<BlobId>("tree");
    snapshot.paths = parse_texts(fields, "paths");
    snapshot.excludes = parse_texts(fields, "excludes");
    snapshot.hostname = fields.string_or_empty("hostname");
    snapshot.username = fields.string_or_empty("username");
    snapshot.tags = parse_texts(fields, "tags");
    return snapshot;
}

std::string encode_snapshot(const Snapshot& snapshot) {
    auto identity = ProcessIdentity::current();
    std::string json;
    JsonObjectText object(json);
    object.string("time", format_utc(snapshot.time));
    if (snapshot.parent) object.string("parent", snapshot.parent->to_string());
    object.string("tree", snapshot.tree.to_string());
    object.key("paths");
    append_texts(json, snapshot.paths);
    if (!snapshot.hostname.empty()) object.string("hostname", snapshot.hostname);
    if (!snapshot.username.empty()) object.string("username", snapshot.username);
    if (identity.uid != 0) object.number("uid", identity.uid);
    if (identity.gid != 0) object.number("gid", identity.gid);
    if (!snapshot.excludes.empty()) {
        object.key("excludes");
        append_texts(json, snapshot.excludes);
    }
    if (!snapshot.tags.empty()) {
        object.key("tags");
        append_texts(json, snapshot.tags);
    }
    if (snapshot.original) object.string("original", snapshot.original->to_string());
    object.string("program_version", "holdfast " HOLDFAST_VERSION);
    object.end();
    return json;
}

std::string encode_copy(ByteView json, const SnapshotId& id,
                        const std::optional<std::vector<std::string>>& tags, std::string_view subject) {
    JsonDocument document(json, subject);
    boost::json::object copy(document.object(), {});  // with fields of other programs that nobody here knows
    copy.erase("parent");                             // which is in the other repository
    if (const auto* original = copy.if_contains("original"); original == nullptr || original->is_null())
        copy["original"] = id.to_string();
    if (tags) copy["tags"] = boost::json::array(tags->begin(), tags->end());
    if (tags && tags->empty()) copy.erase("tags");
    return boost::json::serialize(copy);
}

}  // namespace holdfast::repository
