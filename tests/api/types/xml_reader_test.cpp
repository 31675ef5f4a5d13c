// XML bodies are read to the letter of the schema; what is wrong is named.
#include <gtest/gtest.h>

#include "api/types/backup.hpp"
#include "api/types/expect_error.hpp"
#include "api/types/file_system.hpp"
#include "api/types/infrastructure.hpp"
#include "api/types/job.hpp"
#include "api/types/service.hpp"

namespace holdfast::api {
namespace {

std::string clone_of(const std::string& content) {
    return R"(<JobCloneSpec xmlns="http://www.veeam.com/ent/v1.0"><BackupJobCloneInfo>)" + content +
           "</BackupJobCloneInfo></JobCloneSpec>";
}

const std::string complete = "<JobName>a</JobName><FolderName>f</FolderName><RepositoryUid>r</RepositoryUid>";

TEST(XmlReader, ReadsAChoice) {
    const auto spec = from_xml<JobCloneSpec>(clone_of(complete + "<Description/>"));
    ASSERT_TRUE(spec.BackupJobCloneInfo);
    EXPECT_EQ(spec.BackupJobCloneInfo->JobName, "a");
    EXPECT_EQ(spec.BackupJobCloneInfo->Description, "");
    EXPECT_FALSE(spec.ReplicaJobCloneInfo);
}

TEST(XmlReader, NamesWhatIsMissing) {
    expect_xml_refused<JobCloneSpec>(clone_of("<JobName>a</JobName><FolderName>f</FolderName>"),
                                     "The element RepositoryUid of BackupJobCloneInfo is missing");
    expect_xml_refused<Tasks>("<Tasks><Task><Links><Link Href='h'/></Links></Task></Tasks>",
                              "The attribute Rel of Link is missing");
    expect_xml_refused<JobCloneSpec>(
        "<JobCloneSpec/>",
        "JobCloneSpec must have exactly one of BackupJobCloneInfo, ReplicaJobCloneInfo, "
        "BackupCopyJobCloneInfo or ImmediateBackupCopyJobCloneInfo, but has none");
    expect_xml_refused<FileRestoreSpec>(
        "<FileRestoreSpec><ForDirectDownload/><ToOriginalLocation/></FileRestoreSpec>",
        "FileRestoreSpec must have exactly one of ToOriginalLocation or ForDirectDownload, but has more");
}

TEST(XmlReader, NamesWhatIsOutOfOrder) {
    expect_xml_refused<JobCloneSpec>(
        clone_of("<FolderName>f</FolderName><JobName>a</JobName><RepositoryUid>r</RepositoryUid>"),
        "The element JobName of BackupJobCloneInfo must stand before FolderName");
    expect_xml_refused<JobCloneSpec>(clone_of("<JobName>a</JobName><JobName>b</JobName>"),
                                     "The element JobName of BackupJobCloneInfo is given twice");
    expect_xml_refused<FileRestoreSpec>(
        "<FileRestoreSpec><ForDirectDownload/><ForDirectDownload/></FileRestoreSpec>",
        "The element ForDirectDownload of FileRestoreSpec is given twice");
    // A list in one place only.
    expect_xml_refused<Job>(
        "<Job><JobScheduleOptions><Standart><OptionsDaily><Days>Monday</Days><Time>10:00:00</Time>"
        "<Days>Friday</Days></OptionsDaily></Standart></JobScheduleOptions></Job>",
        "The element Days of OptionsDaily must stand before Time");
}

TEST(XmlReader, NamesWhatIsTooLongOrEmpty) {
    expect_xml_refused<JobCloneSpec>(
        clone_of("<JobName>" + std::string(51, 'x') + "</JobName>"),
        "The element JobName of BackupJobCloneInfo is 51 characters long; at most 50 are allowed");
    expect_xml_refused<JobCloneSpec>(clone_of("<JobName/>"),
                                     "The element JobName of BackupJobCloneInfo is empty");
    // Characters are counted, not bytes.
    std::string umlauts;
    for (int count = 0; count < 50; ++count) umlauts += "\xC3\xBC";
    const auto rest = complete.substr(complete.find("<FolderName>"));
    EXPECT_NO_THROW(from_xml<JobCloneSpec>(clone_of("<JobName>" + umlauts + "</JobName>" + rest)));
}

TEST(XmlReader, NamesWhatIsOfTheWrongType) {
    const auto restore = [](const std::string& power_on) {
        return "<RestoreSpec><VmRestoreSpec><PowerOnAfterRestore>" + power_on +
               "</PowerOnAfterRestore><QuickRollback>false</QuickRollback></VmRestoreSpec></RestoreSpec>";
    };
    EXPECT_TRUE(from_xml<RestoreSpec>(restore(" true\n")).VmRestoreSpec->PowerOnAfterRestore);
    EXPECT_TRUE(from_xml<RestoreSpec>(restore("1")).VmRestoreSpec->PowerOnAfterRestore);
    expect_xml_refused<RestoreSpec>(
        restore("yes"),
        "The element PowerOnAfterRestore of VmRestoreSpec is \"yes\"; it must be true or false");
    expect_xml_refused<RestoreSpec>(
        restore("True"),
        "The element PowerOnAfterRestore of VmRestoreSpec is \"True\"; it must be true or false");
    expect_xml_refused<VmRestorePointMountSpec>(
        "<X><OsKind>Beos</OsKind></X>",
        "The element OsKind of X is \"Beos\"; it must be one of Windows, Linux");
    expect_xml_refused<BackupServer>(
        "<BackupServer><Port>12x</Port></BackupServer>",
        "The element Port of BackupServer is \"12x\"; it must be a whole number");
    expect_xml_refused<BackupServer>(
        "<BackupServer><Port>9223372036854775808</Port></BackupServer>",
        "The element Port of BackupServer is \"9223372036854775808\"; it must be a whole number");
    expect_xml_refused<BackupServer>(
        "<BackupServer><Port>1</Port><WcfPort>65536</WcfPort></BackupServer>",
        "The element WcfPort of BackupServer is \"65536\"; it must be a whole number");
    expect_xml_refused<Job>("<Job><NextRun>tomorrow</NextRun></Job>",
                            "The element NextRun of Job is \"tomorrow\"; it must be a date and time such as "
                            "2026-06-14T23:09:26Z");
}

TEST(XmlReader, NamesNumbersOutOfRange) {
    const auto body = [](const std::string& day) {
        return "<Job><JobScheduleOptions><Standart><OptionsMonthly><DayOfMonth>" + day +
               "</DayOfMonth></OptionsMonthly></Standart></JobScheduleOptions></Job>";
    };
    EXPECT_EQ(from_xml<Job>(body("31")).JobScheduleOptions->Standart->OptionsMonthly->DayOfMonth->value, 31);
    expect_xml_refused<Job>(
        body("32"),
        "The element DayOfMonth of OptionsMonthly is \"32\"; it must be a whole number from 1 to 31");
}

TEST(XmlReader, NamesWhatItDoesNotKnow) {
    expect_xml_refused<FileRestoreSpec>(
        "<FileRestoreSpec><ForDownload/></FileRestoreSpec>",
        "FileRestoreSpec has no element ForDownload; it may have ToOriginalLocation, ForDirectDownload");
    expect_xml_refused<FileRestoreSpec>(
        "<FileRestoreSpec Speed='fast'><ForDirectDownload/></FileRestoreSpec>",
        "FileRestoreSpec has no attribute Speed");
    expect_xml_refused<FileRestoreSpec>(
        "<FileRestoreSpec><ToOriginalLocation Overwrite='true' Speed='x'/></FileRestoreSpec>",
        "ToOriginalLocation has no attribute Speed; it may have Overwrite, PermissionsOnly");
    expect_xml_refused<FileRestoreSpec>(
        "<FileRestoreSpec><ForDirectDownload>now</ForDirectDownload></FileRestoreSpec>",
        "ForDirectDownload must hold elements, but holds text");
    expect_xml_refused<Job>("<Job><Description>a<b/></Description></Job>",
                            "The element Description must hold text, but holds the element b");
    expect_xml_refused<Job>("<Job><Description x='1'>a</Description></Job>",
                            "Description has no attribute x");
    expect_xml_refused<Job>("<Jobs/>", "The root element of the request is Jobs; it must be Job");
    // XML knows letter case.
    expect_xml_refused<Job>("<job/>", "The root element of the request is job; it must be Job");
}

TEST(XmlReader, KnowsNamespaces) {
    EXPECT_NO_THROW(from_xml<FileRestoreSpec>("<FileRestoreSpec><ForDirectDownload/></FileRestoreSpec>"));
    EXPECT_NO_THROW(from_xml<FileRestoreSpec>(
        R"(<v:FileRestoreSpec xmlns:v="http://www.veeam.com/ent/v1.0"><v:ForDirectDownload/></v:FileRestoreSpec>)"));
    EXPECT_NO_THROW(from_xml<FileRestoreSpec>(
        R"(<FileRestoreSpec xmlns="http://www.veeam.com/ent/v1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance")"
        R"( xsi:schemaLocation="a b"><ForDirectDownload/></FileRestoreSpec>)"));
    expect_xml_refused<FileRestoreSpec>(
        R"(<FileRestoreSpec xmlns="urn:other"><ForDirectDownload/></FileRestoreSpec>)",
        "The element FileRestoreSpec is in the namespace urn:other; it must be in "
        "http://www.veeam.com/ent/v1.0");
    expect_xml_refused<FileRestoreSpec>(
        R"(<FileRestoreSpec><ForDirectDownload xmlns="urn:other"/></FileRestoreSpec>)",
        "The element ForDirectDownload is in the namespace urn:other; it must be in "
        "http://www.veeam.com/ent/v1.0");
    expect_xml_refused<FileRestoreSpec>("<v:FileRestoreSpec/>", "The namespace prefix v is not declared");
}

TEST(XmlReader, TakesWhatClientsReallySend) {
    // A byte order mark, a declaration of another encoding, comments, line breaks, CDATA, nil.
    const auto job = from_xml<Job>(
        "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"utf-16\"?>\r\n<!-- edit -->\n<Job Type=\"Job\""
        " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" Name=\"a &amp; b\">\n"
        "  <Description><![CDATA[x < y]]> &#x26; z</Description>\n  <ScheduleEnabled "
        "xsi:nil=\"true\"/>\n</Job>\n");
    EXPECT_EQ(job.Name, "a & b");
    EXPECT_EQ(job.Description, "x < y & z");
    EXPECT_FALSE(job.ScheduleEnabled.has_value());
    EXPECT_EQ(from_xml<VmRestorePointMountSpec>("<Anything><OsKind>Linux</OsKind></Anything>").OsKind,
              OsKind::Linux);
    EXPECT_FALSE(from_xml<LoginSpec>("<LoginSpec/>").TenantCredentials);
}

TEST(XmlReader, ReadsTimes) {
    const auto time_of = [](const std::string& text) {
        return format_utc(*from_xml<Job>("<Job><NextRun>" + text + "</NextRun></Job>").NextRun);
    };
    EXPECT_EQ(time_of("2026-06-14T23:09:26.173Z"), "2026-06-14T23:09:26.173Z");
    EXPECT_EQ(time_of("2026-06-14T23:09:26.1234567+02:00"), "2026-06-14T21:09:26.123456Z");
    EXPECT_EQ(time_of("2026-06-14"), "2026-06-14T00:00:00Z");
    EXPECT_EQ(time_of("1753-01-01T00:00:00Z"), "1753-01-01T00:00:00Z");
    for (const char* wrong :
         {"9999-12-31T23:59:59Z", "2026-02-30T00:00:00Z", "2026-06-14T23:09", "2026-06-14T23:09:26.Z",
          "2026-06-14T-1:09:26Z", "2026-06-14T23:09:26+99:00", "2026-06-14T00:00:nanZ", "-026-06-14"})
        EXPECT_ANY_THROW(time_of(wrong)) << wrong;
}

TEST(XmlReader, ReadsTimesOfDay) {
    const auto time_of = [](const std::string& text) {
        return *from_xml<Job>("<Job><JobScheduleOptions><Standart><OptionsDaily><Time>" + text +
                              "</Time></OptionsDaily></Standart></JobScheduleOptions></Job>")
                    .JobScheduleOptions->Standart->OptionsDaily->Time;
    };
    using std::chrono::hours;
    using std::chrono::minutes;
    EXPECT_EQ(time_of("18:30:00.0000000+01:00"), (TimeOfDay{hours(18) + minutes(30), hours(1)}));
    EXPECT_EQ(time_of("18:30:05Z"), (TimeOfDay{hours(18) + minutes(30) + std::chrono::seconds(5), {}}));
    EXPECT_EQ(time_of("2020-02-04T22:00:00-09:30"), (TimeOfDay{hours(22), -hours(9) - minutes(30)}));
    for (const char* wrong :
         {"24:00:00", "12:60:00", "12", "", "12:00:00+15:00", "12:00:00.+01:00", "+1:00:00", "1:00"})
        EXPECT_ANY_THROW(time_of(wrong)) << wrong;
}

}  // namespace
}  // namespace holdfast::api
