// JSON bodies are read as clients write them: any order, any letter case, numbers in quotes. What is wrong is
// named.
#include <gtest/gtest.h>

#include "api/types/backup.hpp"
#include "api/types/expect_error.hpp"
#include "api/types/file_system.hpp"
#include "api/types/infrastructure.hpp"
#include "api/types/job.hpp"
#include "api/types/service.hpp"

namespace holdfast::api {
namespace {

TEST(JsonReader, TakesAnyOrderAndCase) {
    const auto spec = from_json<RestoreSpec>(
        R"({"vmRestoreSpec":{"QUICKROLLBACK":"False","VmRestoreParameters":{"vmNewName":"a_restored"},)"
        R"("powerOnAfterRestore":"true","KeepOriginalVM":true}})");
    EXPECT_TRUE(spec.VmRestoreSpec->PowerOnAfterRestore);
    EXPECT_FALSE(spec.VmRestoreSpec->QuickRollback);
    EXPECT_EQ(spec.VmRestoreSpec->KeepOriginalVM, true);
    EXPECT_EQ(*spec.VmRestoreSpec->VmRestoreParameters->VmNewName, "a_restored");
}

TEST(JsonReader, TakesNumbersInQuotesAndWholeDecimals) {
    const auto retry = [](const std::string& value) {
        return from_json<Job>(R"({"JobScheduleOptions":{"Standart":{"RetryOptions":{"RetryTimes":)" + value +
                              "}}}}")
            .JobScheduleOptions->Standart->RetryOptions->RetryTimes.value();
    };
    EXPECT_EQ(retry("3"), 3);
    EXPECT_EQ(retry(R"("3")"), 3);
    EXPECT_EQ(retry("3.0"), 3);
    EXPECT_ANY_THROW(retry("3.5"));
    EXPECT_ANY_THROW(retry("1e300"));
    EXPECT_ANY_THROW(retry("18446744073709551615"));
    EXPECT_ANY_THROW(retry("true"));
}

TEST(JsonReader, TakesEverySpellingOfAMember) {
    const auto specified = [](const std::string& member) {
        return from_json<Job>(R"({"JobScheduleOptions":{"Standart":{"RetryOptions":{")" + member +
                              R"(":true}}}})")
            .JobScheduleOptions->Standart->RetryOptions->RetrySpecified.value_or(false);
    };
    EXPECT_TRUE(specified("RetrySpecified"));
    EXPECT_TRUE(specified("RetrySpecified1"));
    const auto job =
        from_json<Job>(R"({"JobScheduleOptions":{"Standart":{"OptionsContinious":{"Enabled":"true",)"
                       R"("Schedule":{"Day":[{"Name":"Sunday","#text":"1,0"}]}}}}})");
    const auto& day = job.JobScheduleOptions->Standart->OptionsContinuous->Schedule->Day.at(0);
    EXPECT_EQ(day.Name, DayOfWeek::Sunday);
    EXPECT_EQ(day.Value, "1,0");
}

TEST(JsonReader, TakesListsInEveryForm) {
    const auto folders = [](const std::string& value) {
        return from_json<CreateObjectInJobSpec>(
                   R"({"HierarchyObjRef":"r","GuestProcessingOptions":{"LinuxGuestFSIndexingOptions":)"
                   R"({"ExcludedIndexingFolders":)" +
                   value + R"(},"FsFileExcludeOptions":{"IncludeLists":["x"]}}})")
            .GuestProcessingOptions->LinuxGuestFSIndexingOptions->ExcludedIndexingFolders.value();
    };
    EXPECT_EQ(folders(R"(["/tmp","/var"])"), (PathList{"/tmp", "/var"}));
    EXPECT_EQ(folders(R"({"Paths":["/tmp"]})"), (PathList{"/tmp"}));
    EXPECT_EQ(folders(R"({"Path":"/tmp"})"), (PathList{"/tmp"}));
    const auto includes = [](const std::string& value) {
        return from_json<JobSpec>(R"({"Name":"a","RepositoryUid":"r","Includes":)" + value + "}")
            .Includes->CreateObjectInJobSpec.size();
    };
    EXPECT_EQ(includes(R"({"CreateObjectInJobSpecs":[{"HierarchyObjRef":"a"},{"HierarchyObjRef":"b"}]})"),
              2u);
    EXPECT_EQ(includes(R"({"CreateObjectInJobSpec":{"HierarchyObjRef":"a"}})"), 1u);
}

TEST(JsonReader, IgnoresWhatResourcesCarryAndWhatSaysNothing) {
    EXPECT_FALSE(from_json<LoginSpec>(R"({"id":null})").TenantCredentials);
    EXPECT_NO_THROW(from_json<FileRestoreSpec>(
        R"({"ForDirectDownload":{},"ToOriginalLocation":null,"Links":[{"Rel":"Up"}],"href":"h","Type":"x",)"
        R"("Name":"n","UID":"u","IncludedIndexingFolders":[]})"));
    EXPECT_EQ(from_json<JobSpec>(R"({"Name":"mine","RepositoryUid":"r","Includes":{}})").Name, "mine");
}

TEST(JsonReader, NamesWhatIsWrong) {
    expect_json_refused<JobCloneSpec>(
        R"({"BackupJobCloneInfo":{"JobName":")" + std::string(51, 'x') + R"("}})",
        "The member JobName of BackupJobCloneInfo is 51 characters long; at most 50 are allowed");
    expect_json_refused<JobCloneSpec>(
        R"({"BackupJobCloneInfo":{"JobName":"a","FolderName":"f","RepositoryUid":null}})",
        "The member RepositoryUid of BackupJobCloneInfo is missing");
    expect_json_refused<FileRestoreSpec>(
        R"({"ForDownload":{"a":1}})",
        "FileRestoreSpec has no member ForDownload; it may have ToOriginalLocation, ForDirectDownload");
    expect_json_refused<FileRestoreSpec>(R"({"ForDirectDownload":true})",
                                         "ForDirectDownload must be an object, but is a boolean");
    expect_json_refused<FileRestoreSpec>("[]", "FileRestoreSpec must be an object, but is an array");
    expect_json_refused<FileRestoreSpec>(
        R"({"ForDirectDownload":{},"ToOriginalLocation":{}})",
        "FileRestoreSpec must have exactly one of ToOriginalLocation or ForDirectDownload, but has more");
    expect_json_refused<VmRestorePointMountSpec>(
        R"({"OsKind":"Beos"})",
        "The member OsKind of VmRestorePointMountSpec is \"Beos\"; it must be one of Windows, Linux");
    expect_json_refused<Job>(R"({"Description":["a"]})",
                             "The member Description of Job is an array; it must be text");
    expect_json_refused<Job>(R"({"Description":"a","description":"b"})",
                             "The member Description of Job is given twice");
    expect_json_refused<Job>(R"({"Description":"a\u0001"})",
                             "The member Description of Job contains control characters or broken text");
}

TEST(JsonReader, NamesWhatIsNotJson) {
    for (const char* wrong : {"{", "{\"a\":}", "<Job/>", "{} {}", "{\"Description\":\"\xFF\"}", "nul"}) {
        try {
            from_json<Job>(wrong);
            ADD_FAILURE() << wrong;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
            EXPECT_THAT(error.happened(), testing::StartsWith("The request body is not JSON: ")) << wrong;
        }
    }
    expect_json_refused<Job>(" \n", "The request has no body; expected Job");
    EXPECT_NO_THROW(from_json<Job>("\xEF\xBB\xBF{}"));
}

}  // namespace
}  // namespace holdfast::api
