// The shapes that clients of the EM REST API rely on, written out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/description/document.hpp"
#include "api/types/file_system.hpp"
#include "api/types/infrastructure.hpp"
#include "api/types/job.hpp"
#include "api/types/service.hpp"
#include "api/types/session.hpp"
#include "base/error.hpp"

namespace holdfast::api {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

const std::string head = R"(<?xml version="1.0" encoding="utf-8"?>)";
const std::string spaces =
    R"( xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance")"
    R"( xmlns="http://www.veeam.com/ent/v1.0")";

TEST(WireShapes, Task) {
    Task task;
    task.Href = "https://h:9398/api/tasks/task-1";
    task.Type = "Task";
    task.Links = LinkList{Link("Delete", "https://h:9398/api/tasks/task-1")};
    task.TaskId = "task-1";
    task.Operation = "StartJob";
    EXPECT_EQ(to_xml(task),
              head + "<Task" + spaces + R"( Href="https://h:9398/api/tasks/task-1" Type="Task">)" +
                  R"(<Links><Link Href="https://h:9398/api/tasks/task-1" Rel="Delete"/></Links>)" +
                  "<TaskId>task-1</TaskId><State>Running</State><Operation>StartJob</Operation></Task>");
    task.State = TaskState::Finished;
    task.Result = TaskResultType{.Message = {}, .Success = true};
    EXPECT_THAT(to_xml(task), HasSubstr(R"(<Result Success="true"/>)"));
}

TEST(WireShapes, AListInPartsIsTheListInOnePiece) {
    auto reference = [](const char* name) {
        EntityRef made;
        made.Name = name;
        return made;
    };
    EntityReferences whole, beginning, middle;
    whole.items = {reference("a"), reference("b"), reference("c"), reference("<d>")};
    beginning.items = {reference("a")};
    middle.items = {reference("b"), reference("c")};
    EntityReferences last;
    last.items = {reference("<d>")};
    const auto& shape = shape_of<EntityReferences>();
    EXPECT_EQ(write_xml(shape, &beginning, Part::beginning) + write_xml(shape, &middle, Part::middle) +
                  write_xml(shape, &last, Part::middle) + write_xml(shape, &beginning, Part::end),
              to_xml(whole));
    for (auto json_case : {JsonCase::pascal, JsonCase::camel})
        EXPECT_EQ(write_json(shape, &beginning, json_case, Part::beginning) +
                      write_json(shape, &middle, json_case, Part::middle) +
                      write_json(shape, &last, json_case, Part::middle) +
                      write_json(shape, &beginning, json_case, Part::end),
                  to_json(whole, json_case));
}

TEST(WireShapes, Error) {
    ErrorDocument error;
    error.Message = "Node [root] does not exist.";
    error.StatusCode = 400;
    EXPECT_EQ(to_json(error),
              R"({"FirstChanceExceptionMessage":null,"Message":"Node [root] does not exist.",)"
              R"("StackTrace":null,"Status":null,"StatusCode":400})");
    EXPECT_EQ(to_xml(error),
              head + "<Error" + spaces + R"( Message="Node [root] does not exist." StatusCode="400"/>)");
}

TEST(WireShapes, EntryPoint) {
    EnterpriseManager manager;
    manager.Links = LinkList{Link("Create", "https://h/api/sessionMngr/?v=latest", "LogonSession")};
    manager.SupportedVersions.emplace().SupportedVersion.push_back(
        {.Links = LinkList{Link("Create", "https://h/api/sessionMngr/?v=v1_7", "LogonSession")},
         .Name = "v1_7"});
    EXPECT_EQ(
        to_json(manager),
        R"({"SupportedVersions":{"SupportedVersions":[{"Links":[{"Rel":"Create",)"
        R"("Href":"https://h/api/sessionMngr/?v=v1_7","Name":null,"Type":"LogonSession"}],"Name":"v1_7"}]},)"
        R"("Links":[{"Rel":"Create","Href":"https://h/api/sessionMngr/?v=latest","Name":null,)"
        R"("Type":"LogonSession"}],"Href":null,"Type":null})");
    EXPECT_THAT(to_xml(manager),
                HasSubstr(R"(</Links><SupportedVersions><SupportedVersion Name="v1_7"><Links><Link )"));
}

TEST(WireShapes, References) {
    EntityReferences references;
    EntityRef& reference = references.items.emplace_back();
    reference.Links.emplace();
    reference.UID = "urn:veeam:Job:1";
    reference.Name = "a";
    reference.Href = "h";
    reference.Type = "JobReference";
    EXPECT_EQ(
        to_json(references),
        R"({"Refs":[{"Links":[],"UID":"urn:veeam:Job:1","Name":"a","Href":"h","Type":"JobReference"}]})");
    references.PagingInfo = PagingInfo{.PageNum = 2, .PageSize = 5, .PagesCount = 3};
    EXPECT_EQ(to_json(references).find("PagingInfo"), std::string::npos);
    EXPECT_THAT(to_xml(references),
                EndsWith(R"(<Ref UID="urn:veeam:Job:1" Name="a" Href="h" Type="JobReference"><Links/></Ref>)"
                         R"(<PagingInfo PageNum="2" PageSize="5" PagesCount="3"/></EntityReferences>)"));
    EXPECT_EQ(to_json(EntityReferences{}), R"({"Refs":[]})");
}

TEST(WireShapes, BaseMembersComeFirstInXmlAndLastInJson) {
    BackupJobSession session;
    session.Href = "h?format=Entity";
    session.Type = "BackupJobSession";
    session.Name = "Job@2026-06-14 23:09:26";
    session.UID = "urn:veeam:BackupJobSession:1";
    session.Links.emplace();
    session.JobName = "Job";
    session.CreationTimeUTC = *parse_time("2026-06-14T23:09:26.170Z");
    EXPECT_EQ(
        to_json(session),
        R"({"IsRetry":false,"JobUid":"","JobName":"Job","JobType":"Backup",)"
        R"("CreationTimeUTC":"2026-06-14T23:09:26.17Z","EndTimeUTC":null,"State":"Starting","Result":"None",)"
        R"("Progress":0,"FailureMessage":null,"Name":"Job@2026-06-14 23:09:26",)"
        R"("UID":"urn:veeam:BackupJobSession:1","Links":[],"Href":"h?format=Entity","Type":"BackupJobSession"})");
    EXPECT_THAT(
        to_xml(session),
        EndsWith(R"( Href="h?format=Entity" Type="BackupJobSession" Name="Job@2026-06-14 23:09:26")"
                 R"( UID="urn:veeam:BackupJobSession:1"><Links/><JobUid/><JobName>Job</JobName>)"
                 R"(<JobType>Backup</JobType><CreationTimeUTC>2026-06-14T23:09:26.17Z</CreationTimeUTC>)"
                 R"(<State>Starting</State><Result>None</Result><Progress>0</Progress>)"
                 R"(<IsRetry>false</IsRetry></BackupJobSession>)"));
}

TEST(WireShapes, JobSchedule) {
    Job job;
    auto& standart = job.JobScheduleOptions.emplace().Standart.emplace();
    standart.RetryOptions = JobScheduleRetryOptionsType{3, 10, true};
    auto& daily = standart.OptionsDaily.emplace();
    daily.Enabled = true;
    daily.Days = {DayOfWeek::Sunday, DayOfWeek::Monday};
    daily.Time = TimeOfDay{std::chrono::hours(22), std::chrono::hours(13)};
    standart.OptionsContinuous.emplace().Schedule.emplace().Day.push_back(
        {DayOfWeek::Sunday, std::string("1,0")});
    const std::string json = to_json(job);
    EXPECT_THAT(json,
                HasSubstr(R"("JobScheduleOptions":{"Standart":{"RetryOptions":{"RetryTimes":3,)"
                          R"("RetryTimeout":10,"RetrySpecified1":true},"WaitForBackupCompletion":null,)"
                          R"("BackupCompetitionWaitingPeriodMin":null,"OptionsDaily":{"Enabled":true,)"
                          R"("Kind":null,"Days":["Sunday","Monday"],"Time":"2000-01-01T22:00:00+13:00",)"));
    EXPECT_THAT(json, HasSubstr(R"("Schedule":{"Days":[{"Name":"Sunday","Value":"1,0"}]})"));
    EXPECT_THAT(json, HasSubstr(R"("ImmediateCopyMode":null})"));
    const std::string xml = to_xml(job);
    EXPECT_THAT(xml, HasSubstr(R"(<OptionsDaily Enabled="true"><Days>Sunday</Days><Days>Monday</Days>)"
                               R"(<Time>22:00:00.0000000+13:00</Time></OptionsDaily>)"));
    EXPECT_THAT(xml, HasSubstr(R"(<Schedule><Day Name="Sunday">1,0</Day></Schedule>)"));
}

TEST(WireShapes, ListsWithinLists) {
    Job job;
    auto& info = job.JobInfo.emplace().BackupJobInfo.emplace();
    info.Includes.emplace().items.emplace_back().Name = "web01";
    auto& windows = info.GuestProcessingOptions.emplace().WindowsGuestFSIndexingOptions.emplace();
    windows.ExcludedIndexingFolders = PathList{"%windir%", "C:/tmp"};
    const std::string json = to_json(job);
    EXPECT_THAT(json, HasSubstr(R"("JobInfo":{"BackupJobInfo":{"Includes":{"ObjectInJobs":[{)"));
    EXPECT_THAT(
        json, HasSubstr(R"("IncludedIndexingFolders":null,"ExcludedIndexingFolders":["%windir%","C:/tmp"])"));
    EXPECT_THAT(to_xml(job), HasSubstr("<ExcludedIndexingFolders><Path>%windir%</Path><Path>C:/tmp</Path>"));

    VmRestorePointMount mount;
    mount.FSRoots.emplace().DirectoryEntry.emplace_back().Path = "C:";
    EXPECT_THAT(to_json(mount), StartsWith(R"({"FSRoots":{"DirectoryEntries":[{"Path":"C:",)"));
    FileSystemEntries entries;
    entries.Files.emplace();
    EXPECT_EQ(to_json(entries), R"({"Files":{"FileEntries":[]},"Directories":null,"PagingInfo":null,)"
                                R"("Links":null,"Href":null,"Type":null})");
}

TEST(WireShapes, CamelCaseOnRequest) {
    BackupServer server;
    server.UID = "u";
    const std::string json = to_json(server, JsonCase::camel);
    EXPECT_THAT(json, StartsWith(R"({"description":null,"port":9392,"version":null,"wcfPort":null,)"));
    EXPECT_THAT(json, HasSubstr(R"("name":null,"uid":"u","links":null)"));
    EXPECT_THAT(to_json(VmRestorePointMount{}, JsonCase::camel), StartsWith(R"({"fsRoots":null)"));
}

TEST(WireShapes, NullsLeftOutUpToTheFourthVersion) {
    const WireForm old(JsonCase::pascal, ApiVersion::v1_4);
    ErrorDocument error;
    error.Message = "none";
    EXPECT_EQ(to_json(error, old), R"({"Message":"none","StatusCode":500})");
    EnterpriseManager manager;
    manager.Links = LinkList{Link("Up", "h")};
    EXPECT_EQ(to_json(manager, old), R"({"Links":[{"Rel":"Up","Href":"h"}]})");
    EXPECT_EQ(to_json(EntityReferences{}, old), R"({"Refs":[]})");
}

TEST(WireShapes, TextThatTheFormsCannotHold) {
    LogonSession session;
    session.UserName = std::string("a\x01\xFF<&\"\n\0b", 9);
    session.Type = "x\ny\"";
    const std::string xml = to_xml(session);
    EXPECT_THAT(xml, HasSubstr("<UserName>a\xEF\xBF\xBD\xEF\xBF\xBD&lt;&amp;\"\n\xEF\xBF\xBD"
                               "b</UserName>"));
    EXPECT_THAT(xml, HasSubstr("Type=\"x&#10;y&quot;\""));
    EXPECT_THAT(to_json(session), HasSubstr("\"UserName\":\"a\\u0001\xEF\xBF\xBD<&\\\"\\n\\u0000b\""));
}

TEST(WireShapes, AChoiceOfNothingIsADefect) {
    EXPECT_THROW(to_xml(FileSystemEntry{}), Error);
}

TEST(WireShapes, DocumentHidesItsType) {
    const Document document = make_document(LookupSvc{});
    EXPECT_EQ(document.to_xml(), to_xml(LookupSvc{}));
    EXPECT_EQ(document.to_json(), to_json(LookupSvc{}));
    EXPECT_EQ(document.shape().root, "LookupSvc");
}

TEST(WireShapes, Plurals) {
    EXPECT_EQ(plural("Job"), "Jobs");
    EXPECT_EQ(plural("Repository"), "Repositories");
    EXPECT_EQ(plural("Day"), "Days");
    EXPECT_EQ(plural("Months"), "Months");
    EXPECT_EQ(plural("CloudPublicIpAddress"), "CloudPublicIpAddresses");
}

}  // namespace
}  // namespace holdfast::api
