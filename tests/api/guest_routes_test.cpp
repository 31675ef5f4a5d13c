// What jobs do in guests over the API: GuestProcessingOptions of jobs and their objects, scripts, and how
// consistent points are.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "api/whole_server.hpp"
#include "catalog/jobs.hpp"

namespace holdfast::api {
namespace {

using catalog::VssSnapshotMode;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto administrator = AccountRole::portal_administrator;

class GuestRoutes : public ::testing::Test {
  protected:
    http::Response ask(std::string method, const std::string& target, const std::string& body = "") {
        return server_.ask(administrator, std::move(method), target, "application/json", body);
    }
    catalog::Job job() { return catalog::Jobs(server_.database()).list().at(0); }
    std::string job_path() { return "/api/jobs/" + job().id.to_string(); }
    boost::json::value shown(const std::string& target) {
        return boost::json::parse(text_of(ask("GET", target)));
    }
    boost::json::value shown_job() { return shown(job_path() + "?format=Entity"); }
    int edit(const std::string& backup_job_info) {
        return ask("PUT", job_path(),
                   fmt::format(R"({{"JobInfo":{{"BackupJobInfo":{{{}}}}}}})", backup_job_info))
            .status;
    }
    static std::string mode(std::string_view word) {
        return fmt::format(R"("GuestProcessingOptions":{{"VssSnapshotOptions":{{"VssSnapshotMode":"{}"}}}})",
                           word);
    }
    // Of the job's objects, as an edit names them.
    std::string includes(const std::string& options_of_first) {
        std::string items;
        for (const auto& object : job().objects)
            items += fmt::format(R"({}{{"ObjectInJobId":"{}"{}}})", items.empty() ? "" : ",",
                                 object.id.to_string(), items.empty() ? "," + options_of_first : "");
        return fmt::format(R"("Includes":{{"ObjectInJobs":[{}]}})", items);
    }
    static std::string_view mode_in(const boost::json::value& options) {
        return options.at("VssSnapshotOptions").at("VssSnapshotMode").as_string();
    }

    WholeServer server_;
};

TEST_F(GuestRoutes, AJobTellsAndTakesHowGuestsAreTreated) {
    auto info = shown_job().at("JobInfo").at("BackupJobInfo");
    EXPECT_EQ(mode_in(info.at("GuestProcessingOptions")), "IgnoreFailures");
    EXPECT_EQ(mode_in(info.at("Includes").at("ObjectInJobs").at(0).at("GuestProcessingOptions")),
              "IgnoreFailures");

    EXPECT_EQ(edit(mode("RequireSuccess")), 202);
    EXPECT_EQ(job().guest.mode, VssSnapshotMode::RequireSuccess);
    EXPECT_EQ(edit(R"("GuestProcessingOptions":{"VssSnapshotOptions":{"IsCopyOnly":true}})"), 202);
    EXPECT_EQ(job().guest, (catalog::GuestProcessing{VssSnapshotMode::RequireSuccess, true}));
    EXPECT_EQ(edit(mode("Sometimes")), 400);
    // What was told may come back: nothing changes by it.
    info = shown_job().at("JobInfo").at("BackupJobInfo");
    EXPECT_EQ(ask("PUT", job_path(), boost::json::serialize(shown_job())).status, 202);
    EXPECT_EQ(job().guest, (catalog::GuestProcessing{VssSnapshotMode::RequireSuccess, true}));
    EXPECT_EQ(job().objects.at(0).guest, std::nullopt);
}

TEST_F(GuestRoutes, AnObjectHasWhatItsJobHasUntilItIsGivenSomethingElse) {
    EXPECT_EQ(edit(includes(mode("Disabled"))), 202);
    EXPECT_EQ(job().objects.at(0).guest->mode, VssSnapshotMode::Disabled);
    EXPECT_EQ(job().guest.mode, VssSnapshotMode::IgnoreFailures);
    auto path = fmt::format("{}/includes/{}", job_path(), job().objects.at(0).id.to_string());
    EXPECT_EQ(mode_in(shown(path).at("GuestProcessingOptions")), "Disabled");
    auto listed = shown(job_path() + "/includes").at("ObjectInJobs").at(0);
    EXPECT_EQ(mode_in(listed.at("GuestProcessingOptions")), "Disabled");

    // A change of the job does not touch it, and what the object was told before is not made its own.
    EXPECT_EQ(edit(includes(mode("Disabled")) + "," + mode("RequireSuccess")), 202);
    EXPECT_EQ(job().objects.at(0).guest->mode, VssSnapshotMode::Disabled);
    EXPECT_EQ(edit(includes(mode("RequireSuccess"))), 202);
    EXPECT_EQ(job().objects.at(0).guest, std::nullopt);
    EXPECT_EQ(edit(includes(mode("RequireSuccess")) + "," + mode("Disabled")), 202);
    EXPECT_EQ(job().objects.at(0).guest, std::nullopt) << "it follows its job";
    EXPECT_EQ(mode_in(shown(path).at("GuestProcessingOptions")), "Disabled");
}

TEST_F(GuestRoutes, WhatIsNotBuiltIsNamed) {
    const std::pair<const char*, const char*> unbuilt[] = {
        {"TransactionLogsProcessing", R"("SqlBackupOptions":{"TransactionLogsProcessing":"Backup"})"},
        {"BackupLogsEnabled", R"("OracleBackupOptions":{"BackupLogsEnabled":true})"},
        {"ArchivedLogsTruncation", R"("OracleBackupOptions":{"ArchivedLogsTruncation":"ByAge"})"},
        {"WindowsCredentialsId", R"("WindowsCredentialsId":"b6bfce60-7d42-46d7-9e55-0a40c04b0d7d")"},
        {"LinuxCredentialsId", R"("LinuxCredentialsId":"root")"},
        {"FSFileExcludeOptions", R"("FsFileExcludeOptions":{"ExcludeLists":["/tmp"]})"},
        {"UsePersistentGuestAgent", R"("VssSnapshotOptions":{"UsePersistentGuestAgent":true})"}};
    for (const auto& [name, part] : unbuilt) {
        auto body = fmt::format(
            R"({{"Description":"new","JobInfo":{{"BackupJobInfo":{{"GuestProcessingOptions":{{{}}}}}}}}})",
            part);
        auto answer = ask("PUT", job_path(), body);
        EXPECT_EQ(answer.status, 501) << part;
        EXPECT_THAT(text_of(answer), HasSubstr(name));
        EXPECT_NE(job().description, "new");
    }
    EXPECT_EQ(edit(R"("GuestProcessingOptions":{"VssSnapshotOptions":{"UsePersistentGuestAgent":false},
        "WindowsGuestFSIndexingOptions":{"FileSystemIndexingMode":"Disabled"},
        "SqlBackupOptions":{"TransactionLogsProcessing":"OnlyOnSuccessJob","BackupLogsFrequencyMin":15},
        "OracleBackupOptions":{"BackupLogsEnabled":false},
        "WindowsCredentialsId":"","LinuxCredentialsId":"00000000-0000-0000-0000-000000000000"})"),
              202);
}

TEST_F(GuestRoutes, FoldersToBeIndexedAreWhatTheBodySays) {
    auto linux_options = [&](const std::string& members) {
        return edit(R"("GuestProcessingOptions":{"LinuxGuestFSIndexingOptions":{)" + members + "}}");
    };
    auto told = [&] {
        return shown_job()
            .at("JobInfo")
            .at("BackupJobInfo")
            .at("GuestProcessingOptions")
            .at("LinuxGuestFSIndexingOptions")
            .as_object();
    };
    EXPECT_EQ(
        linux_options(R"("FileSystemIndexingMode":"SpecifiedFolders","IncludedIndexingFolders":["/etc"])"),
        202);
    EXPECT_EQ(told().at("FileSystemIndexingMode").as_string(), "SpecifiedFolders");
    EXPECT_EQ(boost::json::serialize(told().at("IncludedIndexingFolders")), R"(["/etc"])");
    EXPECT_EQ(linux_options(R"("IncludedIndexingFolders":["/etc","/srv"])"), 202) << "the mode stays";
    EXPECT_EQ(boost::json::serialize(told().at("IncludedIndexingFolders")), R"(["/etc","/srv"])");
    EXPECT_EQ(linux_options(R"("IncludedIndexingFolders":["etc"])"), 400);
    EXPECT_EQ(linux_options(R"("FileSystemIndexingMode":"ExceptSpecifiedFolders")"), 400) << "but which?";
    EXPECT_EQ(boost::json::serialize(told().at("IncludedIndexingFolders")), R"(["/etc","/srv"])");
    EXPECT_EQ(linux_options(R"("FileSystemIndexingMode":"EveryFolders","ExcludedIndexingFolders":["/tmp"])"),
              202);
    EXPECT_TRUE(told().at("IncludedIndexingFolders").is_null());
}

TEST_F(GuestRoutes, ScriptsAreWhatTheBodySays) {
    auto path = job_path() + "/guestScripts";
    auto scripts = shown(path);
    EXPECT_TRUE(scripts.at("PreScript").is_null());
    EXPECT_TRUE(scripts.at("PostScript").is_null());

    EXPECT_EQ(ask("PUT", path, R"({"PreScript":{"Command":"stop 'db' <&>","TimeoutSeconds":600},
        "PostScript":{"Command":"start db"}})")
                  .status,
              204);
    scripts = shown(path);
    EXPECT_EQ(scripts.at("PreScript").at("Command").as_string(), "stop 'db' <&>");
    EXPECT_EQ(scripts.at("PreScript").at("TimeoutSeconds").as_int64(), 600);
    EXPECT_EQ(scripts.at("PostScript").at("TimeoutSeconds").as_int64(), 60);
    EXPECT_EQ(job().guest_scripts.after.command, "start db");
    // An edit of the job leaves them alone.
    EXPECT_EQ(edit(mode("Disabled")), 202);
    EXPECT_EQ(job().guest_scripts.after.command, "start db");

    for (const auto* bad :
         {R"({"PreScript":{}})", R"({"PreScript":{"Command":""}})", R"({"PreScript":{"Command":" "}})",
          R"({"PreScript":{"Command":"x","TimeoutSeconds":0}})",
          R"({"PreScript":{"Command":"x","TimeoutSeconds":601}})"})
        EXPECT_EQ(ask("PUT", path, bad).status, 400) << bad;
    EXPECT_EQ(ask("PUT", path, "{}").status, 204);
    EXPECT_TRUE(job().guest_scripts.is_empty());

    auto tag = std::string(job_path());  // no ETag of this resource
    EXPECT_EQ(server_.send(administrator, "PUT", path, {{"If-Match", "\"" + tag + "\""}}, "{}").status, 412);
    EXPECT_EQ(server_.ask(AccountRole::portal_user, "GET", path).status, 403);
    EXPECT_EQ(server_.ask(AccountRole::portal_user, "PUT", path, "application/json", "{}").status, 403);
    EXPECT_EQ(ask("GET", "/api/jobs/" + Uuid::random().to_string() + "/guestScripts").status, 404);
}

TEST_F(GuestRoutes, PointsTellTheirConsistencyToWhoeverAsks) {
    const auto one = server_.filled(administrator, "/vmRestorePoints/{ID}").value();
    for (const auto& path : {std::string("/api/vmRestorePoints"), one}) {
        auto without = text_of(server_.ask(administrator, "GET", path + "?format=Entity"));
        EXPECT_THAT(without, Not(HasSubstr("Consistency"))) << path;
        auto with = text_of(server_.ask(administrator, "GET", path + "?format=Entity&details=true"));
        EXPECT_THAT(with, HasSubstr("<Consistency>CrashConsistent</Consistency>")) << path;
    }
    auto found = [&](const std::string& word) {
        auto answer =
            server_.ask(administrator, "GET",
                        "/api/query?type=VmRestorePoint&format=Entities&filter=Consistency==" + word);
        EXPECT_EQ(answer.status, 200);
        return text_of(answer).contains("VmRestorePoint ");
    };
    EXPECT_TRUE(found("CrashConsistent"));
    EXPECT_FALSE(found("FileSystemConsistent"));
}

}  // namespace
}  // namespace holdfast::api
