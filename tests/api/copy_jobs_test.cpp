// Backup copy jobs: made, shown as EM shows them, linked, edited, cloned and removed.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <thread>

#include "api/whole_server.hpp"
#include "catalog/jobs.hpp"
#include "catalog/repositories.hpp"

namespace holdfast::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;

constexpr auto administrator = AccountRole::portal_administrator;

class CopyJobRoutes : public ::testing::Test {
  protected:
    http::Response ask(std::string method, const std::string& target, std::string body = "") {
        return server_.ask(administrator, std::move(method), "/api" + target, "application/json",
                           std::move(body));
    }
    boost::json::value get(const std::string& target) {
        auto response = ask("GET", target);
        EXPECT_EQ(response.status, 200) << target << text_of(response);
        return boost::json::parse(text_of(response));
    }
    boost::json::value finished(const http::Response& response) {
        EXPECT_EQ(response.status, 202) << text_of(response);
        auto task = std::string(boost::json::parse(text_of(response)).at("TaskId").as_string());
        while (get("/tasks/" + task).at("State").as_string() != "Finished") std::this_thread::yield();
        auto ended = get("/tasks/" + task);
        EXPECT_TRUE(ended.at("Result").at("Success").as_bool()) << ended;
        return ended;
    }
    static std::string made(const boost::json::value& task) {
        for (const auto& link : task.at("Links").as_array())
            if (link.at("Type").as_string() == "Job") {
                std::string href(link.at("Href").as_string());
                href = href.substr(href.find("/jobs/"));
                return href.substr(0, href.find('?'));
            }
        ADD_FAILURE() << task;
        return {};
    }
    http::Response make(const std::string& name, const std::string& type, const std::string& more) {
        return ask(
            "POST", "/jobs",
            fmt::format(R"({{"Name":"{}","RepositoryUid":"{}","JobType":"{}","ScheduleEnabled":false{}}})",
                        name, away_.id.to_string(), type, more));
    }
    std::string linked(const std::string& job = "") {
        return fmt::format(R"(,"LinkedJobs":{{"LinkedJobSpecs":[{{"LinkedJobUid":"urn:veeam:Job:{}"}}]}})",
                           job.empty() ? nightly_ : job);
    }
    std::vector<std::string> links_of(const boost::json::value& entity) {
        std::vector<std::string> links;
        for (const auto& link : entity.at("Links").as_array()) {
            std::string href(link.at("Href").as_string());
            links.push_back(std::string(link.at("Rel").as_string()) + " " +
                            href.substr(href.find_last_of("/?") + 1));
        }
        return links;
    }

    WholeServer server_;
    std::string nightly_ = server_.sample(administrator, "/jobs/{ID}");
    catalog::Repository away_{Uuid::random(), "away", "", "/srv/away", "def", "sealed", 100, 50};
    bool is_added_ = (catalog::Repositories(server_.database()).add(away_), true);
};

TEST_F(CopyJobRoutes, AnImmediateOneIsShownAsEmShowsIt) {
    auto path = made(finished(
        make("offsite", "ImmediateBackupCopy", linked() + R"(,"SimpleRetentionPolicy":{"RetainCycles":30},
        "GfsRetentionPolicy":{"Enabled":true,"Weekly":{"Enabled":true,"RetentionPeriod":4}})")));
    auto job = get(path + "?format=Entity");
    EXPECT_EQ(job.at("JobType").as_string(), "ImmediateBackupCopy");
    EXPECT_TRUE(job.at("ScheduleConfigured").as_bool());
    EXPECT_TRUE(
        job.at("JobScheduleOptions").at("ImmediateCopyMode").at("OptionsContinuous").at("Enabled").as_bool());
    EXPECT_TRUE(job.at("JobScheduleOptions").at("Standart").is_null());
    const auto& info = job.at("JobInfo").at("ImmediateBackupCopyJobInfo");
    const auto& link = info.at("LinkedJobIncludes").at("LinkedJobObjects").at(0);
    EXPECT_EQ(link.at("LinkedJobUid").as_string(), "urn:veeam:Job:" + nightly_);
    EXPECT_EQ(info.at("SimpleRetentionPolicy").at("RetainCycles").as_int64(), 30);
    EXPECT_EQ(info.at("GfsRetentionPolicy").at("Weekly").at("RetentionPeriod").as_int64(), 4);
    EXPECT_THAT(links_of(job), IsSupersetOf({"Sync action=sync", "Down linkedJobs", "Create linkedJobs",
                                             "Down linkedBackupRepositories", "Clone action=clone"}));
    EXPECT_THAT(links_of(job), Not(::testing::Contains("Down includes")));
    auto listed = get(path + "/linkedJobs").at("LinkedJobObjects");
    ASSERT_EQ(listed.as_array().size(), 1U);
    EXPECT_EQ(listed.at(0).at("ObjectInJobId"), link.at("ObjectInJobId"));
    auto found = get("/query?type=Job&filter=JobType==ImmediateBackupCopy&format=Entity");
    EXPECT_EQ(found.at("Entities").at("Jobs").at("Jobs").as_array().size(), 1U);
}

TEST_F(CopyJobRoutes, TheUsualRetentionIsNotToldToReadersOfEms) {
    auto path = made(finished(make("offsite", "BackupCopy", linked())));
    auto answer = server_.ask(administrator, "GET", "/api" + path + "?format=Entity");
    EXPECT_THAT(text_of(answer), HasSubstr("<BackupCopyJobInfo>"));
    EXPECT_THAT(text_of(answer), Not(HasSubstr("RetentionPolicy")));
}

TEST_F(CopyJobRoutes, APeriodicOneHasAScheduleAndMachinesOfItsOwn) {
    auto machine = std::string(
        get("/jobs/" + nightly_ + "/includes").at("ObjectInJobs").at(0).at("HierarchyObjRef").as_string());
    auto includes =
        fmt::format(R"(,"Includes":{{"CreateObjectInJobSpecs":[{{"HierarchyObjRef":"{}"}}]}})", machine);
    auto path = made(finished(
        make("offsite", "BackupCopy", includes + R"(,"JobScheduleOptions":{"Standart":{"OptionsDaily":
        {"Enabled":true,"Kind":"Everyday","Time":"03:00:00.0000000"}}})")));
    auto job = get(path + "?format=Entity");
    EXPECT_EQ(job.at("JobType").as_string(), "BackupCopy");
    EXPECT_TRUE(job.at("JobScheduleOptions").at("Standart").at("OptionsDaily").at("Enabled").as_bool());
    const auto& object = job.at("JobInfo").at("BackupCopyJobInfo").at("Includes").at("ObjectInJobs").at(0);
    EXPECT_EQ(object.at("Name").as_string(), "web01");
    EXPECT_THAT(links_of(job), IsSupersetOf({"Down includes", "Create includes"}));
    EXPECT_EQ(
        make("x", "BackupCopy", includes + R"(,"AdvancedStorageOptions":{"CompressionLevel":5})").status,
        400);
    EXPECT_EQ(make("x", "ImmediateBackupCopy", linked() + includes).status, 400);
    auto edit = [&](const std::string& info) {
        return ask("PUT", path, fmt::format(R"({{"JobInfo":{{"BackupCopyJobInfo":{}}}}})", info)).status;
    };
    EXPECT_EQ(edit(R"({"Includes":{"ObjectInJobs":[]}})"), 400);
    EXPECT_EQ(edit(R"({"AdvancedStorageOptions":{"CompressionLevel":5}})"), 400);
    EXPECT_EQ(edit(R"({"LinkedBackupIncludes":{"LinkedBackups":[{"ObjectInJobId":"x"}]}})"), 501);
    EXPECT_EQ(edit(boost::json::serialize(job.at("JobInfo").at("BackupCopyJobInfo"))), 202);
}

TEST_F(CopyJobRoutes, WhatCannotBeIsRefused) {
    EXPECT_EQ(make("x", "BackupCopy", "").status, 400) << "nothing to copy from";
    EXPECT_EQ(make("x", "Backup", linked()).status, 400);
    EXPECT_EQ(make("x", "Replica", linked()).status, 501);
    EXPECT_EQ(make("x", "BackupCopy", linked(Uuid::random().to_string())).status, 400);
    EXPECT_EQ(make("x", "ImmediateBackupCopy", linked() + R"(,"JobScheduleOptions":{"Standart":{}})").status,
              400);
    EXPECT_EQ(make("x", "BackupCopy", linked() + R"(,"JobScheduleOptions":{"ImmediateCopyMode":{}})").status,
              400);
    auto copy = made(finished(make("offsite", "BackupCopy", linked())));
    auto of_a_copy = make("x", "BackupCopy", linked(copy.substr(6)));
    EXPECT_EQ(of_a_copy.status, 400);
    EXPECT_THAT(text_of(of_a_copy), HasSubstr("itself a backup copy job"));
    EXPECT_EQ(ask("POST", copy + "/linkedBackupRepositories",
                  fmt::format(R"({{"LinkedBackupRepositoryUid":"{}"}})", away_.id.to_string()))
                  .status,
              501);
    EXPECT_EQ(
        ask("POST", "/jobs", fmt::format(R"({{"Name":"x","RepositoryUid":"{}"}})", away_.id.to_string()))
            .status,
        400)
        << "a backup job of no machine";
}

TEST_F(CopyJobRoutes, LinksAreMadeAndRemoved) {
    auto path = made(finished(make("offsite", "BackupCopy", linked())));
    auto clone_of_nightly = made(finished(
        ask("POST", "/jobs/" + nightly_ + "?action=clone",
            fmt::format(
                R"({{"BackupJobCloneInfo":{{"JobName":"weekly","FolderName":"f","RepositoryUid":"{}"}}}})",
                server_.sample(administrator, "/repositories/{ID}")))));
    auto spec = fmt::format(R"({{"LinkedJobUid":"urn:veeam:Job:{}"}})", clone_of_nightly.substr(6));
    finished(ask("POST", path + "/linkedJobs", spec));
    EXPECT_EQ(ask("POST", path + "/linkedJobs", spec).status, 409);
    auto links = get(path + "/linkedJobs").at("LinkedJobObjects").as_array();
    ASSERT_EQ(links.size(), 2U);
    EXPECT_EQ(get(path + "/linkedJobs?pageSize=1&page=2").at("LinkedJobObjects").at(0).at("ObjectInJobId"),
              links[1].at("ObjectInJobId"));
    auto id_of = [](const boost::json::value& link) {
        return std::string(link.at("ObjectInJobId").as_string());
    };
    finished(ask("DELETE", path + "/linkedJobs/" + id_of(links[0])));
    EXPECT_EQ(ask("DELETE", path + "/linkedJobs/" + id_of(links[0])).status, 404);
    EXPECT_EQ(ask("DELETE", path + "/linkedJobs/" + id_of(links[1])).status, 409) << "the last one";
    // A source can be deleted; the copy job stays.
    finished(ask("DELETE", clone_of_nightly));
    EXPECT_EQ(get(path + "/linkedJobs").at("LinkedJobObjects").as_array().size(), 0U);
    auto started = ask("POST", path + "?action=sync");
    EXPECT_EQ(started.status, 409);
    EXPECT_THAT(text_of(started), HasSubstr("no restore points to copy"));
}

TEST_F(CopyJobRoutes, AreEditedClonedAndRemoved) {
    auto path = made(finished(make("offsite", "ImmediateBackupCopy", linked())));
    finished(ask("PUT", path, R"({"Name":"away","JobInfo":{"ImmediateBackupCopyJobInfo":
        {"SimpleRetentionPolicy":{"RetainLimitType":"Days","RetainDaysToKeep":90}}}})"));
    auto job = get(path + "?format=Entity");
    EXPECT_EQ(job.at("Name").as_string(), "away");
    EXPECT_EQ(job.at("JobInfo")
                  .at("ImmediateBackupCopyJobInfo")
                  .at("SimpleRetentionPolicy")
                  .at("RetainDaysToKeep")
                  .as_int64(),
              90);
    for (const char* wrong :
         {R"({"JobType":"Backup"})", R"({"JobInfo":{"BackupJobInfo":{}}})", R"({"ScheduleConfigured":false})",
          R"({"JobInfo":{"ImmediateBackupCopyJobInfo":{"LinkedJobIncludes":{"LinkedJobObjects":[]}}}})",
          R"({"JobScheduleOptions":{"ImmediateCopyMode":{"OptionsContinuous":{"Enabled":false}}}})"})
        EXPECT_EQ(ask("PUT", path, wrong).status, 400) << wrong;
    // What was read can be sent back as it is.
    finished(ask("PUT", path, boost::json::serialize(job)));
    auto clone = [&](const char* info) {
        return ask("POST", path + "?action=clone",
                   fmt::format(R"({{"{}":{{"JobName":"clone","JobFileName":"f","RepositoryUid":"{}"}}}})",
                               info, away_.id.to_string()));
    };
    EXPECT_EQ(clone("BackupCopyJobCloneInfo").status, 400);
    auto cloned = made(finished(clone("ImmediateBackupCopyJobCloneInfo")));
    EXPECT_EQ(get(cloned + "/linkedJobs").at("LinkedJobObjects").as_array().size(), 1U);
    finished(ask("DELETE", path));
    EXPECT_EQ(ask("GET", path).status, 404);
    finished(ask("POST", cloned + "?action=toggleScheduleEnabled"));
    EXPECT_TRUE(get(cloned + "?format=Entity").at("ScheduleEnabled").as_bool());
}

}  // namespace
}  // namespace holdfast::api
