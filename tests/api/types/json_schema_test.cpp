// The JSON schemas of the types say what the writer writes and what the reader takes, says a real validator.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "api/description/document.hpp"
#include "api/openapi_judge.hpp"
#include "api/schema/json_schema.hpp"
#include "api/schema/json_text.hpp"
#include "api/types/all_roots.hpp"
#include "api/types/filling.hpp"
#include "base/error.hpp"

namespace holdfast::api {
namespace {

namespace json = boost::json;

// A document that has nothing but the schemas of all types, in both forms.
std::string document_of_types() {
    JsonSchemas schemas;
    for (const Shape* shape : all_roots())
        for (SchemaUse use : {SchemaUse::answer, SchemaUse::request}) schemas.refer_to(*shape, use);
    const json::object document{{"openapi", "3.1.0"},
                                {"info", {{"title", "Types"}, {"version", "1"}}},
                                {"paths", json::object()},
                                {"components", {{"schemas", schemas.definitions()}}}};
    return in_lines(document);
}

json::object judged(std::string_view schema, json::value value, bool valid = true) {
    return {{"where", schema}, {"schema", schema}, {"value", std::move(value)}, {"valid", valid}};
}

// Without the members that are null: what a client sends that says only what it means.
json::value without_nulls(const json::value& value) {
    if (const auto* array = value.if_array()) {
        json::array items;
        for (const auto& item : *array) items.push_back(without_nulls(item));
        return items;
    }
    const auto* object = value.if_object();
    if (object == nullptr) return value;
    json::object members;
    for (const auto& member : *object)
        if (!member.value().is_null()) members[member.key()] = without_nulls(member.value());
    return members;
}

TEST(JsonSchema, TakesEveryValueThatIsWritten) {
    json::array cases;
    for (const Shape* shape : all_roots()) {
        const std::string root(shape->root);
        for (std::size_t alternative = 0; alternative < alternatives_within(*shape); ++alternative) {
            AllValues all(alternative);
            FewestValues fewest(alternative);
            for (Values* values : std::initializer_list<Values*>{&all, &fewest}) {
                const auto value = json::parse(write_json(*shape, make_filled(*shape, *values).get()));
                cases.push_back(judged(root, value));
                cases.push_back(judged(root + "Input", value));
                cases.push_back(judged(root + "Input", without_nulls(value)));
            }
        }
    }
    expect_valid(document_of_types(), cases);
}

TEST(JsonSchema, RefusesAnswersThatAreNotWritten) {
    json::array cases;
    const auto refuse = [&](std::string_view schema, std::string_view value) {
        cases.push_back(judged(schema, json::parse({value.data(), value.size()}), false));
    };
    refuse("Link", R"({"Href":"a","Name":null,"Type":null})");
    refuse("Link", R"({"Rel":"Up","Href":null,"Name":null,"Type":null})");
    refuse("Link", R"({"Rel":"Up","Href":"a","Name":null,"Type":null,"Title":"b"})");
    refuse("EntityReferences", R"({"Refs":null})");
    refuse("EntityReferences", R"([])");
    refuse("FileSystemEntry", R"({"DirectoryEntry":null,"FileEntry":null})");
    refuse("TaskResultType", R"({"Message":null,"Success":"true"})");
    expect_valid(document_of_types(), cases);
}

// Of bodies that both refuse; the reader takes some more: other letter case, numbers in quotes.
TEST(JsonSchema, RefusesBodiesThatTheReaderRefuses) {
    const std::vector<std::pair<std::string_view, std::string_view>> bodies = {
        {"JobCloneSpec", R"({})"},
        {"JobCloneSpec", R"({"ReplicaJobCloneInfo":{"JobName":"a"}})"},
        {"JobCloneSpec", R"({"ReplicaJobCloneInfo":{"JobName":null,"VmSuffix":"_r"}})"},
        {"JobCloneSpec", R"({"ReplicaJobCloneInfo":{"JobName":"a","VmSuffix":"_r","Other":1}})"},
        {"JobCloneSpec", R"({"ReplicaJobCloneInfo":{"JobName":")"
                         R"(012345678901234567890123456789012345678901234567890)"
                         R"(","VmSuffix":"_r"}})"},
        {"JobCloneSpec", R"({"ReplicaJobCloneInfo":{"JobName":"a","VmSuffix":"_r"},)"
                         R"("BackupJobCloneInfo":{"JobName":"a","FolderName":"b","RepositoryUid":"c"}})"},
        {"Job", R"({"JobType":"Nothing"})"},
        {"Job", R"({"ScheduleEnabled":"perhaps"})"},
        {"Job", R"({"NextRun":"tomorrow"})"},
        {"Job", R"({"JobScheduleOptions":{"Standart":{"OptionsMonthly":{"Enabled":true,"DayOfMonth":32}}}})"},
    };
    json::array cases;
    for (const auto& [root, body] : bodies) {
        cases.push_back(judged(std::string(root) + "Input", json::parse({body.data(), body.size()}), false));
        const auto shape = std::ranges::find(all_roots(), root, &Shape::root);
        ASSERT_NE(shape, all_roots().end());
        EXPECT_THROW(read_json(**shape, (*shape)->make().get(), body), Error) << body;
    }
    expect_valid(document_of_types(), cases);
}

}  // namespace
}  // namespace holdfast::api
