#include "api/answer_judge.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "api/openapi_judge.hpp"
#include "api/schema/rest_api_xsd.hpp"
#include "api/types/all_roots.hpp"
#include "base/process.hpp"

namespace holdfast::api {
namespace {

std::string_view content_type(const http::Response& response) {
    for (const auto& [name, value] : response.headers)
        if (name == "Content-Type") return value;
    return "";
}

}  // namespace

void expect_same_values(const std::string& xml, const std::string& json, const std::string& target) {
    const std::size_t begin = xml.find('<', xml.find("?>")) + 1;
    const std::string root = xml.substr(begin, xml.find_first_of(" >/", begin) - begin);
    const auto& roots = all_roots();
    const auto shape = std::ranges::find(roots, root, [](const Shape* one) { return one->root; });
    ASSERT_NE(shape, roots.end()) << target << ": the root " << root << " is not in the schema";
    const auto object = (*shape)->make();
    ASSERT_NO_THROW(read_xml(**shape, object.get(), xml)) << target << ": " << xml;
    EXPECT_EQ(write_json(**shape, object.get()), json) << target;
}

void AnswerJudge::add(const std::string& method, const std::string& target, const http::Response& response) {
    if (target.starts_with("/api/schema/")) return;  // no documents of the API
    const auto text = text_of(response);
    const bool is_json = content_type(response) == "application/json";
    const bool is_xml = content_type(response) == "application/xml";
    EXPECT_TRUE(is_json || is_xml || response.status < 400) << method << " " << target << ": " << text;
    if (is_xml && !text.empty()) xml_.insert(text);
    if (!is_json || text.empty()) return;
    const auto asked = method + " " + target;
    if (!seen_json_.insert(fmt::format("{} {} {}", asked, response.status, text)).second) return;
    json_.push_back(boost::json::object{{"where", asked},
                                        {"method", method},
                                        {"target", target},
                                        {"status", response.status},
                                        {"value", boost::json::parse(text)}});
}

void AnswerJudge::expect_all_valid(const WholeServer& server) const {
    const TemporaryDirectory folder;
    std::ofstream(folder.path() / "RestAPI.xsd") << rest_api_xsd();
    std::vector<std::string> command{"xmllint", "--noout", "--nonet", "--schema",
                                     folder.path() / "RestAPI.xsd"};
    for (const auto& xml : xml_) {
        command.push_back(folder.path() / fmt::format("{}.xml", command.size()));
        std::ofstream(command.back(), std::ios::binary) << xml;
    }
    ASSERT_GT(xml_.size() + json_.size(), 0U);
    if (!xml_.empty()) {
        EXPECT_NO_THROW(run_command(command, std::chrono::seconds(60)));
    }
    if (json_.empty()) return;
    expect_valid(text_of(server.ask(AccountRole::portal_administrator, "GET", "/api/schema/openapi.json")),
                 json_);
}

}  // namespace holdfast::api
