// What each version of the API has of each type, in both formats.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <pugixml.hpp>
#include <set>

#include "api/description/document.hpp"
#include "api/schema/rest_api_xsd.hpp"
#include "api/types/all_roots.hpp"
#include "api/types/filling.hpp"
#include "base/file.hpp"
#include "base/process.hpp"

namespace holdfast::api {
namespace {

namespace json = boost::json;
using enum ApiVersion;

// As the changes of EM's versions have it.
const std::map<std::string, VersionRange> known_differences = {
    {"BackupServer.WcfPort", since(v1_7)},
    {"BackupServer.VbrCertificateThumbprint", since(v1_7)},
    {"VssSnapshotOptionsType.UsePersistentGuestAgent", since(v1_7)},
    {"ObjectInJob.Order", until(v1_6)},
    {"OrganizationJobSettingsType.HighPriorityJob", since(v1_6)},
    {"SelfServiceJobSettingsType.HighPriorityJob", since(v1_6)},
    {"EntitiesType.FileServers", since(v1_5)},
    {"EntitiesType.NASJobs", since(v1_5)},
    {"EntitiesType.CdpReplicas", since(v1_6)},
    {"EntitiesType.CdpReplicaVms", since(v1_6)},
    {"EntitiesType.CdpPolicies", since(v1_6)},
    {"EntitiesType.CdpReplicaSessions", since(v1_6)},
    {"EntitiesType.CdpReplicaTaskSessions", since(v1_6)},
    {"EntitiesType.VAppReplicaPoints", since(v1_7)},
    {"EntitiesType.VmCdpReplicas", since(v1_7)},
    {"EntitiesType.VAppCdpReplicas", since(v1_7)},
    {"EntitiesType.VAppCdpReplicaVms", since(v1_7)},
    {"EntitiesType.SystemSessions", since(v1_7)},
};

bool has(const Shape& shape, const Field& field, ApiVersion version) {
    const auto known = known_differences.find(fmt::format("{}.{}", spoken_name(shape), field.name));
    return known == known_differences.end() || known->second.contains(version);
}

// What was not chosen is not there in any version.
bool is_choice(const Shape& shape) {
    return shape.style == Style::choice || shape.style == Style::optional_choice;
}

// Every object has the members that its version has, and no others.
void expect_members(const Shape& shape, const json::value& value, ApiVersion version) {
    if (const auto* array = value.if_array()) {
        const Shape& one = shape.style == Style::flat_list ? shape.fields[0].shape() : shape;
        for (const auto& item : *array) expect_members(one, item, version);
        return;
    }
    const auto* object = value.if_object();
    if (object == nullptr || shape.kind != Kind::structure) return;
    for (const auto& field : shape.fields) {
        if (!field.in_json) continue;
        const auto* member = object->if_contains(field.json_name);
        EXPECT_TRUE(is_choice(shape) || (member != nullptr) == has(shape, field, version))
            << shape.type_name << "." << field.json_name;
        if (member != nullptr) expect_members(field.shape(), *member, version);
    }
}

// The same of a document in which everything is there.
void expect_elements(const Shape& shape, const pugi::xml_node& node, ApiVersion version) {
    for (const auto& field : shape.fields) {
        if (field.role != Role::element) continue;
        const auto element = node.child(std::string(field.name).c_str());
        EXPECT_TRUE(is_choice(shape) || !element.empty() == has(shape, field, version))
            << shape.type_name << "." << field.name;
        if (!element.empty() && field.shape().kind == Kind::structure)
            expect_elements(field.shape(), element, version);
    }
}

// With all types that it is made of.
void note_differences(const Shape& shape, std::set<const Shape*>& seen,
                      std::map<std::string, VersionRange>& differences) {
    if (!seen.insert(&shape).second) return;
    for (const auto& field : shape.fields) {
        if (!field.versions.is_all())
            differences.emplace(fmt::format("{}.{}", spoken_name(shape), field.name), field.versions);
        note_differences(field.shape(), seen, differences);
    }
}

bool differs(const Shape& shape) {
    std::set<const Shape*> seen;
    std::map<std::string, VersionRange> differences;
    note_differences(shape, seen, differences);
    return !differences.empty();
}

TEST(Versions, DifferAsTheDescriptionsSayAndInNothingElse) {
    std::set<const Shape*> seen;
    std::map<std::string, VersionRange> differences;
    for (const Shape* shape : all_roots()) note_differences(*shape, seen, differences);
    EXPECT_EQ(differences, known_differences);
}

TEST(Versions, EachIsWrittenWithItsFieldsInBothFormats) {
    const TemporaryDirectory folder;
    std::ofstream(folder.path() / "RestAPI.xsd", std::ios::binary) << rest_api_xsd();
    std::vector<std::string> command{"xmllint", "--noout", "--nonet", "--schema",
                                     folder.path() / "RestAPI.xsd"};
    for (const Shape* shape : all_roots()) {
        if (!differs(*shape)) continue;
        AllValues values(0);
        const auto object = make_filled(*shape, values);
        for (ApiVersion version : all_versions) {
            SCOPED_TRACE(fmt::format("{} in v1_{}", shape->root, static_cast<int>(version)));
            expect_members(*shape, json::parse(write_json(*shape, object.get(), {JsonCase::pascal, version})),
                           version);
            const auto xml = write_xml(*shape, object.get(), Part::whole, version);
            pugi::xml_document document;
            ASSERT_TRUE(document.load_string(xml.c_str()));
            expect_elements(*shape, document.document_element(), version);
            command.push_back(folder.path() / fmt::format("{}.xml", command.size()));
            std::ofstream(command.back(), std::ios::binary) << xml;
        }
    }
    EXPECT_GT(command.size(), 100U);
    EXPECT_NO_THROW(run_command(command, std::chrono::seconds(60))) << "the schema is that of all versions";
}

}  // namespace
}  // namespace holdfast::api
