// Summary reports and system sessions over a whole server without its network.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "api/whole_server.hpp"

namespace holdfast::api {
namespace {

namespace json = boost::json;

constexpr auto administrator = AccountRole::portal_administrator;
constexpr auto user = AccountRole::portal_user;

class ReportRoutes : public testing::Test {
  protected:
    json::value get(AccountRole role, const std::string& path, int status = 200) const {
        auto response = server_.ask(role, "GET", "/api" + path, "application/json");
        EXPECT_EQ(response.status, status) << path << " for " << to_string(role);
        return json::parse(std::get<std::string>(response.body));
    }
    // A report without its members that are null.
    json::value report(AccountRole role, const std::string& name) const {
        json::object found;
        const auto frame = get(role, "/reports/summary/" + name);
        for (const auto& [key, value] : frame.as_object())
            if (!value.is_null()) found[key] = value;
        return found;
    }
    // From now on the account has no machines that it may see.
    void restrict_user() const {
        const auto accounts = get(administrator, "/security/accounts?format=Entity");
        for (const auto& account : accounts.at("EnterpriseAccounts").as_array())
            if (account.at("Name") == "Portal User") {
                auto href = json::value_to<std::string>(account.at("Href"));
                auto path = href.substr(href.find("/api/"));
                EXPECT_EQ(server_.ask(administrator, "POST", path.substr(0, path.find('?'))).status, 204);
            }
    }
    std::string session() const {
        return "/systemSessions/" + server_.sample(administrator, "/systemSessions/{ID}");
    }

    WholeServer server_;
};

TEST_F(ReportRoutes, TheSummaryLeadsToItsFrames) {
    std::string names;
    const auto summary = get(user, "/reports/summary");
    for (const auto& link : summary.at("Links").as_array()) {
        EXPECT_EQ(link.at("Type"), "ReportFrame");
        names += json::value_to<std::string>(link.at("Name")) + " ";
    }
    EXPECT_EQ(names, "Overview VmsOverview JobStatistics ProcessedVms Repositories ");
}

TEST_F(ReportRoutes, FiguresAreThoseOfTheCatalog) {
    EXPECT_EQ(report(user, "overview"), json::parse(R"({"BackupServers":1,"ProxyServers":0,
        "RepositoryServers":1,"RunningJobs":0,"ScheduledJobs":0,"SuccessfulVmLastestStates":1,
        "WarningVmLastestStates":0,"FailedVmLastestStates":0})"));
    EXPECT_EQ(report(user, "vms_overview"), json::parse(R"({"ProtectedVms":1,"BackedUpVms":1,
        "ReplicatedVms":0,"RestorePoints":1,"FullBackupPointsSize":100,"IncrementalBackupPointsSize":0,
        "ReplicaRestorePointsSize":0,"SourceVmsSize":583,"SuccessBackupPercents":100,
        "ProtectedVmsReportLink":""})"));
    EXPECT_EQ(report(user, "job_statistics"), json::parse(R"({"RunningJobs":0,"ScheduledJobs":0,
        "ScheduledBackupJobs":0,"ScheduledReplicaJobs":0,"TotalJobRuns":1,"SuccessfulJobRuns":1,
        "WarningsJobRuns":0,"FailedJobRuns":0,"MaxJobDuration":0,"MaxBackupJobDuration":0,
        "MaxReplicaJobDuration":0,"MaxDurationBackupJobName":"nightly & <more>",
        "MaxDurationReplicaJobName":"","BackupJobStatusReportLink":""})"));
    EXPECT_EQ(report(user, "repository").at("Periods"),
              json::parse(R"([{"Name":"main","Capacity":100,"FreeSpace":50,"BackupSize":100}])"));
}

TEST_F(ReportRoutes, TheLastSevenDaysBeginAtMidnight) {
    auto days = report(user, "processed_vms").at("Days").as_array();
    ASSERT_EQ(days.size(), 7U);
    std::int64_t machines = 0;
    std::optional<Timestamp> later;
    for (const auto& day : days) {
        auto begin = parse_time(json::value_to<std::string>(day.at("Timestamp")));
        ASSERT_TRUE(begin);
        std::time_t seconds = std::chrono::floor<std::chrono::seconds>(*begin).time_since_epoch().count();
        std::tm clock{};
        ::localtime_r(&seconds, &clock);
        EXPECT_EQ(clock.tm_hour * 60 + clock.tm_min, 0);
        if (later) {
            EXPECT_LT(*begin, *later);
        }
        later = begin;
        machines += day.at("BackupedVms").as_int64();
        EXPECT_EQ(day.at("ReplicatedVms"), 0);
    }
    EXPECT_EQ(machines, 1) << "an hour ago: today, or yesterday";
}

TEST_F(ReportRoutes, AnAccountWithScopesHasFiguresOfItsMachinesOnly) {
    restrict_user();
    EXPECT_EQ(report(user, "vms_overview").at("ProtectedVms"), 0);
    EXPECT_EQ(report(user, "overview").at("SuccessfulVmLastestStates"), 0);
    EXPECT_EQ(report(user, "job_statistics").at("TotalJobRuns"), 0);
    EXPECT_EQ(report(user, "job_statistics").at("MaxDurationBackupJobName"), "");
    EXPECT_EQ(report(user, "repository").at("Periods").at(0).at("BackupSize"), 0);
    EXPECT_EQ(report(administrator, "vms_overview").at("ProtectedVms"), 1);
}

TEST_F(ReportRoutes, SystemSessionsAreToldWithTheirEvents) {
    auto found = get(user, "/systemSessions?format=Entity").at("Sessions").as_array();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].at("SessionType"), "SecurityScopesRebuild");
    EXPECT_EQ(found[0].at("State"), "CompletedSuccessfully");
    EXPECT_EQ(found[0].at("Result"), json::parse(R"({"Result":"Success","Message":"","IsCanceled":false})"));
    EXPECT_EQ(get(user, session() + "?format=Entity"), found[0]);
    EXPECT_EQ(get(user, session()).at("Type"), "SystemSessionReference");
    auto events = get(user, session() + "/events");
    ASSERT_EQ(events.at("Events").as_array().size(), 1U);
    EXPECT_EQ(events.at("Events").at(0).at("Message"), "Machines in the scope web01: 1");
    EXPECT_EQ(events.at("Events").at(0).at("Order"), 1);
    auto none = get(user, "/systemSessions?filter=State==Failed").at("Refs").as_array();
    EXPECT_TRUE(none.empty());
}

TEST_F(ReportRoutes, SystemSessionsAreNotForAccountsWithScopes) {
    restrict_user();
    EXPECT_TRUE(get(user, "/systemSessions").at("Refs").as_array().empty());
    get(user, session(), 404);
    get(user, session() + "/events", 404);
    get(administrator, session());
}

}  // namespace
}  // namespace holdfast::api
