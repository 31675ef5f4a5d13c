#include "api/openapi/request_parameters.hpp"

#include <array>
#include <boost/json.hpp>

#include "api/query/query_type.hpp"

namespace holdfast::api {
namespace {

namespace json = boost::json;

struct OwnParameter {
    std::string_view path;
    std::string_view name;
    std::string_view description;
    std::string_view place = "query";
};

constexpr std::string_view with_consistency = "true: with Consistency, which EM's own schema does not have.";

constexpr auto own = std::to_array<OwnParameter>({
    {"/catalog/search", "name", "The name of the file or folder in any letter case; * stands for any text."},
    {"/catalog/search", "vm", "The name of the machine: only its files."},
    {"/catalog/search", "since", "A time: only files that a restore point from then or later has."},
    {"/catalog/search", "until", "A time: only files that a restore point from then or before has."},
    {"/query", "format", "Entity or Entities: what is found itself, not references to it."},
    {"/events", "Last-Event-ID", "The id of the last event that came: what was told since comes first.",
     "header"},
    {"/lookup", "host",
     "The UID of a hierarchy root, or the reference of what holds machines: only what is there."},
    {"/lookup", "type", "Vm (which is meant where it is missing), Host, Datastore, Network or Tag."},
    {"/lookup", "name", "The name; * stands for any text."},
    {"/lookup", "hierarchyRef", "The reference of one object; host, type and name are not looked at then."},
    {"/restoreSessions", "details", "true: with Reason, which EM's own schema does not have."},
    {"/restoreSessions/{ID}", "details", "true: with Reason, which EM's own schema does not have."},
    {"/vmRestorePoints", "details", with_consistency},
    {"/vmRestorePoints/{ID}", "details", with_consistency},
    {"/restorePoints/{ID}/vmRestorePoints", "details", with_consistency},
    {"/backupFiles/{ID}/vmRestorePoints", "details", with_consistency},
    {"/sessionMngr", "v", "The version of the API: v1_7, or latest."},
});

json::object parameter(std::string_view name, std::string_view description, json::object schema,
                       std::string_view place = "query") {
    return {{"name", name}, {"in", place}, {"description", description}, {"schema", std::move(schema)}};
}

json::object text() {
    return {{"type", "string"}};
}

json::object query_type() {
    json::array names;
    for (const auto& type : query_types()) names.emplace_back(type.name);
    auto made = parameter("type", "What is asked for, in any letter case.",
                          {{"type", "string"}, {"enum", std::move(names)}});
    made["required"] = true;
    return made;
}

}  // namespace

json::object shared_parameters() {
    return {
        {"format", parameter("format", "Entity: the entities themselves, not references to them.",
                             {{"type", "string"}, {"enum", {"Entity"}}})},
        {"pageSize", parameter("pageSize", "How many to a page.",
                               {{"type", "integer"}, {"minimum", 1}, {"maximum", 10'000}, {"default", 100}})},
        {"page", parameter("page", "Which page.", {{"type", "integer"}, {"minimum", 1}, {"default", 1}})},
        {"filter",
         parameter("filter", "Only what meets the condition: Name==\"web*\";CreationTime>2026-01-01",
                   text())},
        {"sortAsc", parameter("sortAsc", "The field to sort by, the smallest first.", text())},
        {"sortDesc", parameter("sortDesc", "The field to sort by, the largest first.", text())},
        {"idempotencyKey",
         parameter("Idempotency-Key", "A key of the client's own: the same request with it is done once.",
                   {{"type", "string"}, {"minLength", 1}, {"maxLength", 255}}, "header")},
        {"ifMatch",
         parameter("If-Match", "ETags: 412 where the resource is none of these any more.", text(), "header")},
        {"ifNoneMatch", parameter("If-None-Match", "ETags: 304 where the resource is one of these still.",
                                  text(), "header")},
        {"asOf", parameter("asOf", "Leaves out what was created later, so that pages stay as they are.",
                           {{"type", "string"}, {"format", "date-time"}})},
    };
}

json::array own_parameters(std::string_view path) {
    json::array found;
    if (path == "/query") found.push_back(query_type());
    for (const auto& known : own)
        if (known.path == path)
            found.push_back(parameter(known.name, known.description, text(), known.place));
    return found;
}

}  // namespace holdfast::api
