// What a job's runs store: the level of compression, how fast it is read, and the disks that are left out.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>
#include <thread>

#include "api/whole_server.hpp"
#include "catalog/jobs.hpp"

namespace holdfast::api {
namespace {

using ::testing::HasSubstr;

constexpr auto administrator = AccountRole::portal_administrator;

class JobStorage : public ::testing::Test {
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
    http::Response edit(const std::string& backup_job_info, const std::string& more = "") {
        return ask("PUT", job_,
                   fmt::format(R"({{{}"JobInfo":{{"BackupJobInfo":{}}}}})", more, backup_job_info));
    }
    http::Response edit_storage(const std::string& options) {
        return edit(R"({"AdvancedStorageOptions":)" + options + "}");
    }
    http::Response exclude(const std::string& disks) {
        return edit(fmt::format(R"({{"Includes":{{"ObjectInJobs":[{{"ObjectInJobId":"{}",
                                 "ExcludedDisks":{}}}]}}}})",
                                include_, disks));
    }
    boost::json::value info(const std::string& job) {
        return get(job + "?format=Entity").at("JobInfo").at("BackupJobInfo");
    }
    std::int64_t level(const std::string& job) {
        auto options = info(job).at("AdvancedStorageOptions");
        // Told where it is another than 3.
        return options.is_null() ? 3 : options.at("CompressionLevel").as_int64();
    }
    std::string excluded(const std::string& job) {
        return boost::json::serialize(info(job).at("Includes").at("ObjectInJobs").at(0).at("ExcludedDisks"));
    }
    boost::json::value finished(const http::Response& response) {
        EXPECT_EQ(response.status, 202) << text_of(response);
        auto task = std::string(boost::json::parse(text_of(response)).at("TaskId").as_string());
        while (get("/tasks/" + task).at("State").as_string() != "Finished") std::this_thread::yield();
        auto ended = get("/tasks/" + task);
        EXPECT_TRUE(ended.at("Result").at("Success").as_bool()) << ended;
        return ended;
    }
    // The path of the job that a finished task made.
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

    WholeServer server_;
    std::string job_ = "/jobs/" + server_.sample(administrator, "/jobs/{ID}");
    std::string include_ = server_.sample(administrator, "/jobs/{ID}/includes/{ID}");
};

TEST_F(JobStorage, TheLimitOfReadingIsShownAndEdited) {
    auto shown = [&] { return info(job_).at("AdvancedStorageOptions"); };
    finished(edit_storage(R"({"ReadBytesPerSecond":1048576})"));
    finished(edit_storage("{}"));
    EXPECT_EQ(shown().at("ReadBytesPerSecond"), 1048576);
    EXPECT_TRUE(shown().at("CompressionLevel").is_null());
    for (const char* wrong : {"-1", "1", "1048575", "1099511627777"})
        EXPECT_EQ(edit_storage(fmt::format(R"({{"ReadBytesPerSecond":{}}})", wrong)).status, 400) << wrong;
    EXPECT_EQ(shown().at("ReadBytesPerSecond"), 1048576);
    finished(edit_storage(R"({"ReadBytesPerSecond":0})"));
    EXPECT_TRUE(shown().is_null());
}

TEST_F(JobStorage, TheLevelOfCompressionIsShownAndEdited) {
    EXPECT_EQ(level(job_), 3);
    finished(edit_storage(R"({"CompressionLevel":5})"));
    EXPECT_EQ(level(job_), 5);
    // What is not named stays; no password, and the nil id of one, are what holds anyway.
    finished(edit_storage("{}"));
    finished(edit_storage(R"({"PasswordKeyId":"00000000-0000-0000-0000-000000000000"})"));
    finished(edit_storage(R"({"PasswordKeyId":""})"));
    EXPECT_EQ(level(job_), 5);
    for (const char* wrong : {"0", "6", "2.5", "\"High\""})
        EXPECT_EQ(edit_storage(fmt::format(R"({{"CompressionLevel":{}}})", wrong)).status, 400) << wrong;
    EXPECT_EQ(level(job_), 5);
}

TEST_F(JobStorage, APasswordOfTheJobsOwnIsRefusedAndNothingElseChanges) {
    auto refused = edit(R"({"AdvancedStorageOptions":{
        "PasswordKeyId":"3d152e9d-a473-4990-bc2f-27710833ba20","CompressionLevel":1}})",
                        R"("Description":"changed",)");
    EXPECT_EQ(refused.status, 501);
    EXPECT_THAT(text_of(refused), HasSubstr("PasswordKeyId"));
    EXPECT_EQ(level(job_), 3);
    EXPECT_NE(get(job_ + "?format=Entity").at("Description").as_string(), "changed");
}

TEST_F(JobStorage, DisksAreExcludedAndTakenInAgain) {
    EXPECT_EQ(excluded(job_), "null");
    finished(exclude(R"(["vdb","sda"])"));
    EXPECT_EQ(excluded(job_), R"(["vdb","sda"])");
    auto include = get(job_ + "/includes/" + include_);
    EXPECT_EQ(boost::json::serialize(include.at("ExcludedDisks")), R"(["vdb","sda"])");
    auto xml = server_.ask(administrator, "GET", "/api" + job_ + "/includes/" + include_);
    EXPECT_THAT(text_of(xml), HasSubstr("<ExcludedDisks><Disk>vdb</Disk><Disk>sda</Disk></ExcludedDisks>"));
    // An edit of something else leaves them.
    finished(edit(fmt::format(R"({{"Includes":{{"ObjectInJobs":[{{"ObjectInJobId":"{}"}}]}}}})", include_)));
    EXPECT_EQ(excluded(job_), R"(["vdb","sda"])");
    for (const char* wrong : {R"(["vdb","vdb"])", R"([""])", R"(["../vda"])", R"(["vd a"])"})
        EXPECT_EQ(exclude(wrong).status, 400) << wrong;
    std::string many = "[\"v0\"";
    for (int i = 1; i < 257; ++i) many += fmt::format(",\"v{}\"", i);
    EXPECT_EQ(exclude(many + "]").status, 413);
    EXPECT_EQ(excluded(job_), R"(["vdb","sda"])");
    finished(exclude("[]"));
    EXPECT_EQ(excluded(job_), "null");
}

TEST_F(JobStorage, ABackupJobIsLinkedToNoOthers) {
    auto id = Uuid::random().to_string();
    for (std::string kind : {"Job", "BackupRepository"}) {
        auto links = kind == "Job" ? "/linkedJobs" : "/linkedBackupRepositories";
        EXPECT_EQ(ask("GET", job_ + links).status, 200);
        auto refused = ask("POST", job_ + links, fmt::format(R"({{"Linked{}Uid":"{}"}})", kind, id));
        EXPECT_EQ(refused.status, 400);
        EXPECT_THAT(text_of(refused), HasSubstr("is a backup job"));
        EXPECT_EQ(ask("DELETE", job_ + links + "/" + id).status, 404);
        EXPECT_EQ(ask("GET", "/jobs/" + id + links).status, 404);
    }
    auto refused = ask("POST", job_ + "?action=sync");
    EXPECT_EQ(refused.status, 400);
    EXPECT_THAT(text_of(refused), HasSubstr("action=start"));
}

TEST_F(JobStorage, AreMadeWithAJobAndClonedWithIt) {
    auto machine = std::string(get(job_ + "/includes/" + include_).at("HierarchyObjRef").as_string());
    auto repository = server_.sample(administrator, "/repositories/{ID}");
    auto job = made(finished(ask("POST", "/jobs",
                                 fmt::format(R"({{"Name":"quick","RepositoryUid":"{}",
        "Includes":{{"CreateObjectInJobSpecs":[{{"HierarchyObjRef":"{}","ExcludedDisks":["vdc"]}}]}},
        "AdvancedStorageOptions":{{"CompressionLevel":1}}}})",
                                             repository, machine))));
    auto clone = made(finished(ask("POST", job + "?action=clone",
                                   fmt::format(R"({{"BackupJobCloneInfo":{{"JobName":"copy",
        "FolderName":"copy","RepositoryUid":"{}"}}}})",
                                               repository))));
    EXPECT_NE(job, clone);
    for (const auto& one : {job, clone}) {
        EXPECT_EQ(level(one), 1);
        EXPECT_EQ(excluded(one), R"(["vdc"])");
    }
}

}  // namespace
}  // namespace holdfast::api
