// Every row of the table of routes that reads a body, in both formats: a right one is taken with the status
// that the table of forms states, and of a wrong one nothing is done, and it is told clearly what is wrong.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "api/answer_judge.hpp"
#include "api/route_samples.hpp"
#include "api/wrong_bodies.hpp"

namespace holdfast::api {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto administrator = AccountRole::portal_administrator;
constexpr std::size_t longest_body = std::size_t{4} << 20;

std::string_view media_type(Wire wire) {
    return wire == Wire::json ? "application/json" : "application/xml";
}

// A logon is told by its header; bodies that clients send with it mean nothing.
bool reads_its_body(const RouteRow& row) {
    return row.path != "/sessionMngr";
}

class BodyWalk : public ::testing::Test {
  protected:
    struct Case {
        const RouteRow& row;
        const OperationForm& form;
        std::string target;
        SampleBody right;
        bool is_read;  // before anything else is found out
    };

    template <typename Check>
    static void for_each_body(const WholeServer& server, Check check) {
        std::size_t checked = 0;
        for (const RouteRow& row : server.router().rows()) {
            const auto body = body_of(server, row);
            if (!body) continue;
            const auto target = target_of(server, row);
            check(Case{row, form_of(row.method, row.path, row.action), target.text, *body,
                       row.built && target.is_there && reads_its_body(row)});
            ++checked;
        }
        EXPECT_GT(checked, 50U);
    }

    http::Response send(const RouteRow& row, const std::string& target, Wire wire, std::string body) {
        auto request = WholeServer::request(server_.session(administrator), row.method, target);
        request.headers.emplace_back("Accept", media_type(wire));
        request.headers.emplace_back("Content-Type", media_type(wire));
        request.body = std::move(body);
        auto answer = server_.router().handle(request);
        judge_.add(row.method, target, answer);
        return answer;
    }

    // Of a row that does not come to reading its body, what it answers anyway.
    void expect_refused(const Case& one, Wire wire, const WrongBody& wrong, int status = 400) {
        const auto answer = send(one.row, one.target, wire, wrong.text);
        const auto where = fmt::format("{} {}", name_of(one.row), wrong.text.substr(0, 300));
        if (one.is_read) {
            EXPECT_EQ(answer.status, status) << where;
            EXPECT_THAT(text_of(answer), HasSubstr(wrong.told)) << where;
        } else {
            EXPECT_THAT(answer.status, AnyOf(400, 401, 404, 413, 501)) << where;
        }
    }

    void expect_all_refused(const Case& one, Wire wire, const std::vector<WrongBody>& bodies) {
        const auto before = catalog_of(server_);
        for (const auto& wrong : bodies) expect_refused(one, wire, wrong);
        EXPECT_THAT(differences(before, catalog_of(server_)), IsEmpty()) << name_of(one.row);
        sent_ += bodies.size();
    }

    // What was made is there, the same in both.
    void read_in_both_formats(const WholeServer& server, const std::string& target) {
        const auto xml = server.ask(administrator, "GET", target, "application/xml");
        const auto json = server.ask(administrator, "GET", target, "application/json");
        EXPECT_EQ(xml.status, 200) << target;
        expect_same_values(text_of(xml), text_of(json), target);
        judge_.add("GET", target, xml);
        judge_.add("GET", target, json);
        ++read_;
    }

    WholeServer server_;
    AnswerJudge judge_;
    std::size_t read_ = 0;
    std::size_t sent_ = 0;
};

TEST_F(BodyWalk, RightBodiesAreTakenInBothFormats) {
    for (Wire wire : {Wire::xml, Wire::json}) {
        WholeServer server;
        for_each_body(server, [&](const Case& one) {
            const auto answer = server.ask(administrator, one.row.method, one.target, media_type(wire),
                                           wire == Wire::json ? one.right.json : one.right.xml);
            EXPECT_EQ(answer.status, one.right.status)
                << name_of(one.row) << " " << one.right.json << ": " << text_of(answer);
            judge_.add(one.row.method, one.target, answer);
            judge_.add_xml(one.right.xml);
            for (const auto& [name, value] : answer.headers)
                if (name == "Location") read_in_both_formats(server, value.substr(value.find("/api/")));
        });
    }
    EXPECT_GT(read_, 10U);
    judge_.expect_all_valid(server_);
}

TEST_F(BodyWalk, MembersOfAnotherTypeAreRefusedByTheirName) {
    for_each_body(server_, [&](const Case& one) {
        for (Wire wire : {Wire::xml, Wire::json})
            expect_all_refused(one, wire, with_wrong_types(*one.form.body, wire));
    });
    EXPECT_GT(sent_, 2'000U);
    judge_.expect_all_valid(server_);
}

TEST_F(BodyWalk, ElementsOutOfOrderAreRefusedAndTheRightOrderIsTold) {
    for_each_body(server_,
                  [&](const Case& one) { expect_all_refused(one, Wire::xml, out_of_order(*one.form.body)); });
    EXPECT_GT(sent_, 100U);
    judge_.expect_all_valid(server_);
}

TEST_F(BodyWalk, BodiesThatAreMissingAreRefused) {
    for_each_body(server_, [&](const Case& one) {
        if (!one.form.needs_body) return;
        for (Wire wire : {Wire::xml, Wire::json})
            expect_all_refused(one, wire,
                               {{"", "has no body"}, {" \r\n\t", "has no body"}, {"null", "body"}});
    });
    judge_.expect_all_valid(server_);
}

TEST_F(BodyWalk, BodiesThatAreTooLongAreRefused) {
    const std::string padding(longest_body, ' ');
    for_each_body(server_, [&](const Case& one) {
        const auto before = catalog_of(server_);
        expect_refused(one, Wire::json, {one.right.json + padding, "longer than"}, 413);
        expect_refused(one, Wire::xml, {one.right.xml + "<!--" + padding + "-->", "longer than"}, 413);
        EXPECT_THAT(differences(before, catalog_of(server_)), IsEmpty()) << name_of(one.row);
    });
    judge_.expect_all_valid(server_);
}

TEST_F(BodyWalk, BodiesOfAnotherFormatThanIsSaidAreRefused) {
    for_each_body(server_, [&](const Case& one) {
        expect_all_refused(one, Wire::xml, {{one.right.json, "XML"}});
        expect_all_refused(one, Wire::json, {{one.right.xml, "JSON"}});
    });
    judge_.expect_all_valid(server_);
}

TEST_F(BodyWalk, MembersThatAreMissingAreRefusedByTheirName) {
    for_each_body(server_, [&](const Case& one) {
        expect_all_refused(one, Wire::xml, without_required(*one.form.body, Wire::xml));
        expect_all_refused(one, Wire::json, without_required(*one.form.body, Wire::json));
    });
    EXPECT_GT(sent_, 50U);
    judge_.expect_all_valid(server_);
}

}  // namespace
}  // namespace holdfast::api
