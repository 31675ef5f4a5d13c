// Bodies that are made to hurt: refused in bounded time and memory.
#include <gtest/gtest.h>

#include "api/types/body_fuzzing.hpp"
#include "api/types/expect_error.hpp"
#include "api/types/file_system.hpp"
#include "api/types/job.hpp"

namespace holdfast::api {
namespace {

std::string repeated(const std::string& text, std::size_t count) {
    std::string result;
    result.reserve(text.size() * count);
    for (; count > 0; --count) result += text;
    return result;
}

void expect_not_acceptable(const std::string& body, const std::string& why) {
    expect_xml_refused<Job>(body, "The request body is not acceptable XML: " + why);
}

void expect_refused_xml_of_any_kind(const std::string& body) {
    try {
        from_xml<Job>(body);
        ADD_FAILURE() << "accepted: " << body;
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::invalid_input) << error.what();
    }
}

TEST(HostileXml, DocumentTypesAndEntities) {
    const std::string laughs =
        "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
        "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><Job><Description>&c;</Description></Job>";
    const std::string external =
        "<!DOCTYPE Job [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><Job Name=\"&x;\"/>";
    expect_not_acceptable(laughs, "document types and entities are not allowed");
    expect_not_acceptable(external, "document types and entities are not allowed");
    expect_not_acceptable("<!DOCTYPE Job SYSTEM \"http://192.0.2.1/x.dtd\"><Job/>",
                          "document types and entities are not allowed");
    expect_not_acceptable("<Job><Description>&x;</Description></Job>", "the entity \"&x;\" is not allowed");
    expect_not_acceptable("<Job Name=\"&x;\"/>", "the entity \"&x;\" is not allowed");
    expect_not_acceptable("<Job><Description>a & b</Description></Job>",
                          "\"&\" must be written as \"&amp;\"");
    expect_not_acceptable("<Job><?php x?></Job>", "processing instructions are not allowed");
    // Not within a comment or CDATA, which mean nothing.
    EXPECT_NO_THROW(from_xml<Job>(
        "<Job><!-- & <!DOCTYPE x> --><Description><![CDATA[<!DOCTYPE & x>]]></Description></Job>"));
}

TEST(HostileXml, Characters) {
    expect_not_acceptable("<Job Name=\"\xC0\xAF\"/>", "it is not UTF-8 throughout");
    expect_not_acceptable("<Job Name=\"\xED\xA0\x80\"/>", "it is not UTF-8 throughout");
    expect_not_acceptable(std::string("<Job Name=\"\0\"/>", 14), "it contains control characters");
    expect_not_acceptable(std::string("\xFF\xFE<\0J\0", 6), "it is not UTF-8 throughout");
    for (const char* number :
         {"&#0;", "&#x1F;", "&#xD800;", "&#xFFFF;", "&#x110000;", "&#;", "&#x;", "&#-5;", "&#99999999;"})
        expect_not_acceptable(std::string("<Job Name=\"") + number + "\"/>",
                              "a character is written with a number that XML does not allow");
}

TEST(HostileXml, Sizes) {
    const BodyLimits limits;
    const auto too_large = [](const std::string& body, const std::string& happened) {
        expect_error(ErrorKind::too_large, happened, [&] { from_xml<Job>(body); });
    };
    too_large(repeated("<Job>", 4000), "The request nests more than 64 elements");
    too_large("<Job>" + repeated("<a/>", 100'000) + "</Job>", "The request has more than 100000 elements");
    too_large("<Job" + repeated(" a=''", 33) + "/>", "An element of the request has more than 32 attributes");
    too_large("<Job>" + std::string(limits.bytes, ' ') + "</Job>",
              "The request body is longer than 4194304 bytes");
    expect_xml_refused<Job>("<Job Name=\"" + std::string(65'537, 'x') + "\"/>",
                            "The attribute Name of Job is 65537 characters long; at most 65536 are allowed");
    expect_xml_refused<Job>(
        "<" + std::string(1000, 'x') + "/>",
        "The root element of the request is " + std::string(60, 'x') + "...; it must be Job");
}

TEST(HostileXml, NotWellFormed) {
    for (const char* wrong :
         {"", " ", "text", "<Job>", "<Job></Jobs>", "<Job/><Job/>", "<Job/>text", "<Job a=1/>", "<", "<Job",
          "</Job>", "<Job><!-- </Job>", "<Job><![CDATA[ </Job>", "<Job a='<'/>", "<:/>", "<a:/>"})
        expect_refused_xml_of_any_kind(wrong);
}

TEST(HostileJson, Sizes) {
    const auto too_large = [](const std::string& body, const std::string& happened) {
        expect_error(ErrorKind::too_large, happened, [&] { from_json<Job>(body); });
    };
    too_large(repeated("[", 4000), "The request nests more than 64 objects");
    too_large(repeated("{\"a\":", 4000), "The request nests more than 64 objects");
    too_large("[" + repeated("0,", 100'000) + "0]", "The request has more than 100000 values");
    too_large("{\"Name\":\"\\\"\"," + repeated("\"a\":[],", 50'000) + "\"b\":0}",
              "The request has more than 100000 values");
    too_large(std::string(BodyLimits().bytes + 1, ' '), "The request body is longer than 4194304 bytes");
    expect_json_refused<Job>(
        "{\"Description\":\"" + std::string(65'537, 'x') + "\"}",
        "The member Description of Job is 65537 characters long; at most 65536 are allowed");
}

TEST(Fuzzing, EntryPointsTakeAnything) {
    std::string body;
    for (int length = 0; length < 300; ++length) {
        body += static_cast<char>(length * 37 % 256);
        fuzz_xml_body(body);
        fuzz_json_body(body);
    }
    fuzz_xml_body("?<Job/>");
    fuzz_json_body("?{}");
}

}  // namespace
}  // namespace holdfast::api
