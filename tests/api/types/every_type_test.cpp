// What must hold for every type: the text it is written as (golden files), the schema, and that it is read
// back whole.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "api/description/document.hpp"
#include "api/golden.hpp"
#include "api/schema/rest_api_xsd.hpp"
#include "api/types/all_roots.hpp"
#include "api/types/filling.hpp"
#include "base/file.hpp"
#include "base/process.hpp"

namespace holdfast::api {
namespace {

void save(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

// Both forms give back what was written.
void expect_round_trip(const Shape& shape, const void* object) {
    const std::string xml = write_xml(shape, object);
    const std::string json = write_json(shape, object);
    const auto from_xml = shape.make();
    read_xml(shape, from_xml.get(), xml);
    EXPECT_EQ(write_xml(shape, from_xml.get()), xml);
    EXPECT_EQ(write_json(shape, from_xml.get()), json);
    const auto from_json = shape.make();
    read_json(shape, from_json.get(), json);
    EXPECT_EQ(write_json(shape, from_json.get()), json);
}

class EveryType : public testing::TestWithParam<const Shape*> {};

TEST_P(EveryType, IsWrittenAsTheGoldenFilesSay) {
    const Shape& shape = *GetParam();
    for (std::size_t alternative = 0; alternative < alternatives_within(shape); ++alternative) {
        AllValues values(alternative);
        const auto object = make_filled(shape, values);
        const std::string name =
            fmt::format("{}{}", shape.root, alternative == 0 ? "" : fmt::format(".{}", alternative + 1));
        compare_with_golden(name + ".xml", write_xml(shape, object.get()));
        compare_with_golden(name + ".json", write_json(shape, object.get()));
    }
}

TEST_P(EveryType, IsReadBackWhole) {
    const Shape& shape = *GetParam();
    for (std::size_t alternative = 0; alternative < alternatives_within(shape); ++alternative) {
        AllValues all(alternative);
        expect_round_trip(shape, make_filled(shape, all).get());
        FewestValues fewest(alternative);
        expect_round_trip(shape, make_filled(shape, fewest).get());
    }
}

TEST_P(EveryType, IsReadFromCamelCaseToo) {
    const Shape& shape = *GetParam();
    AllValues values(0);
    const auto object = make_filled(shape, values);
    const auto read = shape.make();
    read_json(shape, read.get(), write_json(shape, object.get(), JsonCase::camel));
    EXPECT_EQ(write_json(shape, read.get()), write_json(shape, object.get()));
}

INSTANTIATE_TEST_SUITE_P(Api, EveryType, testing::ValuesIn(all_roots()),
                         [](const auto& instance) { return std::string(instance.param->root); });

TEST(Schema, IsAsTheGoldenFileSays) {
    compare_with_golden("RestAPI.xsd", rest_api_xsd());
}

TEST(Schema, HasEveryRootOnce) {
    std::vector<std::string_view> names;
    for (const Shape* shape : all_roots()) names.push_back(shape->root);
    std::ranges::sort(names);
    EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

TEST(Schema, AcceptsEveryDocumentThatIsWritten) {
    const TemporaryDirectory folder;
    save(folder.path() / "RestAPI.xsd", rest_api_xsd());
    std::vector<std::string> command{"xmllint", "--noout", "--nonet", "--schema",
                                     folder.path() / "RestAPI.xsd"};
    for (const Shape* shape : all_roots()) {
        for (std::size_t alternative = 0; alternative < alternatives_within(*shape); ++alternative) {
            AllValues all(alternative);
            FewestValues fewest(alternative);
            command.push_back(folder.path() / fmt::format("{}.{}.all.xml", shape->root, alternative));
            save(command.back(), write_xml(*shape, make_filled(*shape, all).get()));
            command.push_back(folder.path() / fmt::format("{}.{}.fewest.xml", shape->root, alternative));
            save(command.back(), write_xml(*shape, make_filled(*shape, fewest).get()));
        }
    }
    EXPECT_NO_THROW(run_command(command, std::chrono::seconds(60)));
}

TEST(Schema, RefusesWhatTheReaderRefuses) {
    const TemporaryDirectory folder;
    save(folder.path() / "RestAPI.xsd", rest_api_xsd());
    const std::string head = "<JobCloneSpec xmlns=\"http://www.veeam.com/ent/v1.0\"><ReplicaJobCloneInfo>";
    const std::string tail = "</ReplicaJobCloneInfo></JobCloneSpec>";
    const auto check = [&](const std::string& content) {
        const auto path = folder.path() / "body.xml";
        save(path, head + content + tail);
        run_command({"xmllint", "--noout", "--nonet", "--schema", folder.path() / "RestAPI.xsd", path},
                    std::chrono::seconds(60));
    };
    EXPECT_NO_THROW(check("<JobName>a</JobName><VmSuffix>_r</VmSuffix>"));
    EXPECT_ANY_THROW(check("<VmSuffix>_r</VmSuffix><JobName>a</JobName>"));
    EXPECT_ANY_THROW(check("<JobName>a</JobName>"));
    EXPECT_ANY_THROW(check("<JobName>" + std::string(51, 'x') + "</JobName><VmSuffix>_r</VmSuffix>"));
    EXPECT_ANY_THROW(check("<JobName>a</JobName><VmSuffix>_r</VmSuffix><Other/>"));
}

}  // namespace
}  // namespace holdfast::api
