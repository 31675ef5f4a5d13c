// The filter language: what is read, and what is told about what cannot be read.
#include "api/query/filter.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "api/query/query_type.hpp"
#include "base/error.hpp"

namespace holdfast::api {
namespace {

using catalog::Condition;
using catalog::Field;
using catalog::FieldKind;
using testing::AllOf;
using testing::HasSubstr;

const std::vector<Field> fields = {
    {.name = "UID", .kind = FieldKind::id},
    {.name = "Name", .kind = FieldKind::text},
    {.name = "Size", .kind = FieldKind::number},
    {.name = "Ratio", .kind = FieldKind::real},
    {.name = "Enabled", .kind = FieldKind::boolean},
    {.name = "CreationTime", .kind = FieldKind::time},
    {.name = "Result", .kind = FieldKind::enumeration, .words = {"None", "Success", "Warning", "Failed"}},
};

std::string_view sign_of(catalog::Comparison comparison) {
    constexpr std::array<std::string_view, 7> signs{"==", "!=", "<", "<=", ">", ">=", "~="};
    return signs.at(static_cast<std::size_t>(comparison));
}

// (Name==a & Size>3 | Name==b)
std::string show(const Condition& condition) {
    if (condition.kind == Condition::Kind::comparison)
        return std::visit(
            [&](const auto& value) {
                return fmt::format("{}{}{}", condition.field->name, sign_of(condition.comparison), value);
            },
            condition.value);
    std::string text;
    for (const auto& part : condition.parts)
        text += (text.empty() ? "" : condition.kind == Condition::Kind::all ? " & " : " | ") + show(part);
    return "(" + text + ")";
}

std::string read(std::string_view text) {
    return show(parse_filter(text, fields, "Job"));
}

std::string problem_of(std::string_view text) {
    try {
        parse_filter(text, fields, "Job");
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::invalid_input) << error.what();
        return error.what();
    }
    return "no error";
}

TEST(Filter, ReadsComparisons) {
    EXPECT_EQ(read("Name==web01"), "Name==web01");
    EXPECT_EQ(read("name!=web01"), "Name!=web01");
    EXPECT_EQ(read("Size>=10"), "Size>=10");
    EXPECT_EQ(read("Size<-10"), "Size<-10");
    EXPECT_EQ(read("  Size  <=  10  "), "Size<=10");
    EXPECT_EQ(read("Ratio>1.5"), "Ratio>1.5");
    EXPECT_EQ(read("Name~=web"), "Name~=web");
    EXPECT_EQ(read("Enabled==TRUE"), "Enabled==1");
    EXPECT_EQ(read("Enabled==\"false\""), "Enabled==0");
}

TEST(Filter, AndBindsTighterThanOr) {
    EXPECT_EQ(read("Name==a;Size>3,Name==b"), "((Name==a & Size>3) | Name==b)");
    EXPECT_EQ(read("Name==a,Size>3;Name==b"), "(Name==a | (Size>3 & Name==b))");
    EXPECT_EQ(read("(Name==a,Size>3);Name==b"), "((Name==a | Size>3) & Name==b)");
    EXPECT_EQ(read("( ( Name==a ) )"), "Name==a");
    EXPECT_EQ(read("(Name==a;Name==b);(Name==c)"), "((Name==a & Name==b) & Name==c)");
}

TEST(Filter, ValuesAreBareOrInQuotes) {
    EXPECT_EQ(read("Name==backup of web 01 ;Size>1"), "(Name==backup of web 01 & Size>1)");
    EXPECT_EQ(read("Name==\"a;b,(c)\""), "Name==a;b,(c)");
    EXPECT_EQ(read("Name==\"say \"\"hi\"\"\""), "Name==say \"hi\"");
    EXPECT_EQ(read("Name==\"\""), "Name==");
    EXPECT_EQ(read("Name==\" a \""), "Name== a ");
    EXPECT_EQ(read("Name==2026-01-01 10:00:00"), "Name==2026-01-01 10:00:00");
    EXPECT_EQ(read("Name===x"), "Name===x");
    EXPECT_EQ(read("Name==Größe"), "Name==Größe");
}

TEST(Filter, TimesAreReadWithAndWithoutZone) {
    constexpr auto micros = 1'755'237'600'000'000;  // 2025-08-15T06:00:00Z
    for (auto time : {"2025-08-15T06:00:00Z", "2025-08-15T06:00:00", "2025-08-15 06:00:00",
                      "2025-08-15T08:00:00+02:00", "2025-08-15T06:00:00.000Z"})
        EXPECT_EQ(read(fmt::format("CreationTime>=\"{}\"", time)), fmt::format("CreationTime>={}", micros))
            << time;
    EXPECT_EQ(read("CreationTime<2025-08-15"), "CreationTime<1755216000000000");
    EXPECT_EQ(read("creationTimeUTC<2025-08-15"), "CreationTime<1755216000000000");
}

TEST(Filter, WordsAreReadInAnyLetterCaseAndIdsWithAndWithoutUrn) {
    EXPECT_EQ(read("Result>=warning"), "Result>=2");
    constexpr auto guid = "b6bfce60-7d42-46d7-9e55-0a40c04b0d7d";
    EXPECT_EQ(read("UID==urn:veeam:Job:B6BFCE60-7D42-46D7-9E55-0A40C04B0D7D"), fmt::format("UID=={}", guid));
    EXPECT_EQ(read(fmt::format("UID!=\"{}\"", guid)), fmt::format("UID!={}", guid));
}

TEST(Filter, ProblemsAreToldWithTheirPositionAndWhatIsRight) {
    EXPECT_THAT(problem_of("Nam==a"),
                AllOf(HasSubstr("position 1:"), HasSubstr("Job has no field 'Nam'"), HasSubstr("UID, Name")));
    EXPECT_THAT(problem_of("Name==a;Result==Bad"),
                AllOf(HasSubstr("position 17:"), HasSubstr("'Bad'"), HasSubstr("None, Success, Warning")));
    EXPECT_THAT(problem_of("Size==1.5"), HasSubstr("a whole number"));
    EXPECT_THAT(problem_of("Size==99999999999999999999"), HasSubstr("a whole number"));
    EXPECT_THAT(problem_of("Ratio==nan"), HasSubstr("a number"));
    EXPECT_THAT(problem_of("Enabled==1"), HasSubstr("true or false"));
    EXPECT_THAT(problem_of("CreationTime>yesterday"), HasSubstr("a time such as"));
    EXPECT_THAT(problem_of("UID==5"), HasSubstr("a UID or a guid"));
    EXPECT_THAT(problem_of("UID>b6bfce60-7d42-46d7-9e55-0a40c04b0d7d"), HasSubstr("has no order"));
    EXPECT_THAT(problem_of("Size~=1"), HasSubstr("for texts only"));
    EXPECT_THAT(problem_of("Name"), AllOf(HasSubstr("position 5:"), HasSubstr("== != ~= > < >= <=")));
    EXPECT_THAT(problem_of("Name=a"), HasSubstr("position 5:"));
    EXPECT_THAT(problem_of("Name=="), AllOf(HasSubstr("position 7:"), HasSubstr("a value")));
    EXPECT_THAT(problem_of("Name==a;"), HasSubstr("position 9: a comparison"));
    EXPECT_THAT(problem_of("(Name==a"), HasSubstr("position 9:"));
    EXPECT_THAT(problem_of("Name==a)"), HasSubstr("position 8:"));
    EXPECT_THAT(problem_of("Name==\"a"), HasSubstr("quote is not closed"));
    EXPECT_THAT(problem_of("Name==a (b)"), HasSubstr("written in quotes"));
    EXPECT_THAT(problem_of("Name==\"a\"b"), HasSubstr("position 10:"));
    EXPECT_THAT(problem_of(std::string_view("Name==a\0b", 9)), HasSubstr("text in UTF-8"));
    EXPECT_THAT(problem_of("Name==a\xff"), HasSubstr("text in UTF-8"));
    EXPECT_THAT(problem_of(""), HasSubstr("position 1: a comparison"));
}

std::string repeated(std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += text;
    return all;
}

TEST(Filter, WhatIsTooMuchIsRefused) {
    EXPECT_EQ(read(repeated("(", 32) + "Size>1" + repeated(")", 32)), "Size>1");
    EXPECT_THAT(problem_of(repeated("(", 33) + "Size>1" + repeated(")", 33)), HasSubstr("more than 32"));
    EXPECT_THAT(problem_of(repeated("(", 16'000)), HasSubstr("more than 32"));
    EXPECT_NE(read(repeated("Size>1,", 255) + "Size>1"), "");
    EXPECT_THAT(problem_of(repeated("Size>1,", 256) + "Size>1"), HasSubstr("more than 256"));
    EXPECT_THAT(problem_of(repeated("Size>1;", 10'000) + "Size>1"), HasSubstr("16384 are allowed"));
}

TEST(QueryTypes, AreFoundInAnyLetterCaseAndHaveFields) {
    EXPECT_EQ(query_types().size(), 49u);
    EXPECT_EQ(find_query_type("backupjobsession").name, "BackupJobSession");
    for (const auto& type : query_types()) {
        EXPECT_FALSE(type.fields->empty()) << type.name;
        EXPECT_NE(catalog::find_field(*type.fields, type.link_order), nullptr) << type.name;
        for (const auto& field : *type.fields)
            EXPECT_EQ(field.kind == FieldKind::enumeration, !field.words.empty())
                << type.name << ' ' << field.name;
    }
    try {
        find_query_type("Jobs");
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), AllOf(HasSubstr("'Jobs'"), HasSubstr("WanAccelerator")));
    }
}

}  // namespace
}  // namespace holdfast::api
