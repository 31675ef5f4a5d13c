#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/resources/file_download.hpp"
#include "api/resources/represent.hpp"
#include "api/resources/schedule_form.hpp"
#include "base/error.hpp"

namespace holdfast::api {
namespace {

std::string range_of(std::string_view header, std::uint64_t size) {
    ByteRange part;
    switch (parse_range(header, size, part)) {
        case RangeKind::whole:
            return "whole";
        case RangeKind::outside:
            return "outside";
        case RangeKind::part:
            return std::to_string(part.offset) + "+" + std::to_string(part.length);
    }
    return "";
}

TEST(Range, TakesOnePartOfAFile) {
    EXPECT_EQ(range_of("bytes=0-9", 100), "0+10");
    EXPECT_EQ(range_of("bytes=90-", 100), "90+10");
    EXPECT_EQ(range_of("bytes=90-1000", 100), "90+10");
    EXPECT_EQ(range_of("bytes=-10", 100), "90+10");
    EXPECT_EQ(range_of("bytes=-1000", 100), "0+100");
}

TEST(Range, OutsideTheFileIsSaid) {
    EXPECT_EQ(range_of("bytes=100-", 100), "outside");
    EXPECT_EQ(range_of("bytes=-0", 100), "outside");
    EXPECT_EQ(range_of("bytes=0-", 0), "outside");
}

TEST(Range, AnythingElseIsPassedOver) {
    for (auto header : {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=9-1", "bytes=0-1,5-6",
                        "items=0-1", "bytes=99999999999999999999-"})
        EXPECT_EQ(range_of(header, 100), "whole") << header;
}

TEST(ContentDisposition, CarriesAnyNameAndNoHeaderInjection) {
    EXPECT_EQ(content_disposition("a b.txt"), "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt");
    EXPECT_EQ(content_disposition("\"\r\nX: ü"),
              "attachment; filename=\"___X: __\"; filename*=UTF-8''%22%0D%0AX%3A%20%C3%BC");
}

TEST(MachineReference, IsReadAsClientsWriteIt) {
    auto root = Uuid::random();
    auto domain = Uuid::random();
    auto text = machine_reference(root, domain);
    EXPECT_EQ(parse_machine_reference(text).domain, domain);
    EXPECT_EQ(parse_machine_reference("urn:VMware:VM:" + root.to_string() + "." + domain.to_string())
                  .hierarchy_root,
              root);
    for (std::string wrong : {"", "urn:", "urn:CustomPlatform:Vm:", "urn:CustomPlatform:Vm:a.b", "x"})
        EXPECT_THROW(parse_machine_reference(wrong), Error) << wrong;
}

TEST(ScheduleForm, WhatItTellsItTakesBack) {
    catalog::Schedule schedule;
    schedule.daily.enabled = true;
    schedule.daily.kind = catalog::DailyKind::SelectedDays;
    schedule.daily.days = {1, 5};
    schedule.daily.time = {3 * 3600, 120};
    schedule.monthly.enabled = true;
    schedule.monthly.months = {2, 12};
    schedule.periodical.period = 5;
    schedule.periodical.grid = catalog::WeekGrid(7, "010101010101010101010101");
    schedule.chaining = {true, Uuid::random().to_string()};
    catalog::Schedule read;
    apply(to_form(schedule), read);
    // What was not limited to some hours is told as all hours.
    schedule.continuous.grid = schedule.window.grid = catalog::WeekGrid(7, std::string(24, '1'));
    EXPECT_EQ(catalog::to_json(read), catalog::to_json(schedule));
}

TEST(ScheduleForm, WhatIsLeftOutStaysAsItWas) {
    catalog::Schedule schedule;
    schedule.retry.times = 9;
    ScheduleOptionsInfoType form;
    form.Standart.emplace();
    form.Standart->OptionsDaily.emplace();
    form.Standart->OptionsDaily->Enabled = true;
    apply(form, schedule);
    EXPECT_TRUE(schedule.daily.enabled);
    EXPECT_EQ(schedule.retry.times, 9);
}

TEST(ScheduleForm, WhatDoesNotFitTogetherIsRefused) {
    catalog::Schedule schedule;
    auto refuses = [&](auto change) {
        ScheduleOptionsInfoType form;
        form.Standart.emplace();
        change(*form.Standart);
        EXPECT_THROW(apply(form, schedule), Error);
    };
    refuses([](auto& form) {
        form.OptionsDaily.emplace();
        form.OptionsDaily->Enabled = true;
        form.OptionsDaily->Kind = DailyKind::SelectedDays;
    });
    refuses([](auto& form) {
        form.OptionsPeriodically.emplace();
        form.OptionsPeriodically->Kind = PeriodKind::Hours;
        form.OptionsPeriodically->FullPeriod = 25;
    });
    refuses([](auto& form) {
        form.OptionsPeriodically.emplace();
        form.OptionsPeriodically->Schedule.emplace();
        form.OptionsPeriodically->Schedule->Day.emplace_back();
        form.OptionsPeriodically->Schedule->Day.back().Value = "1,1,1";
    });
    refuses([](auto& form) {
        form.OptionsDaisyChaining.emplace();
        form.OptionsDaisyChaining->Enabled = true;
    });
    ScheduleOptionsInfoType copy_mode;
    copy_mode.ImmediateCopyMode.emplace();
    EXPECT_THROW(apply(copy_mode, schedule), Error);
}

}  // namespace
}  // namespace holdfast::api
