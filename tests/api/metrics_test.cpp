// What Prometheus reads: the format, the figures, and who may have them.
#include <gmock/gmock.h>

#include <fmt/format.h>

#include <regex>
#include <set>

#include "api/metrics/exposition.hpp"
#include "api/whole_server.hpp"
#include "catalog/repositories.hpp"

namespace holdfast::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto administrator = AccountRole::portal_administrator;

TEST(Exposition, EscapesLabels) {
    Exposition page;
    page.family("holdfast_x", Exposition::Kind::gauge, "An x.");
    page.sample({{"job_name", "a\\b\"c\nd"}, {"result", "ü"}}, 1.5);
    page.sample({}, 7);
    EXPECT_EQ(page.text(),
              "# HELP holdfast_x An x.\n# TYPE holdfast_x gauge\n"
              "holdfast_x{job_name=\"a\\\\b\\\"c\\nd\",result=\"ü\"} 1.5\nholdfast_x 7\n");
}

TEST(RequestCounts, AreKeptByStatusAndDuration) {
    http::RequestCounts counts;
    counts.add(200, std::chrono::microseconds(1'000));
    counts.add(200, std::chrono::microseconds(1'001));
    counts.add(404, std::chrono::seconds(60));
    auto totals = counts.totals();
    EXPECT_EQ(totals.by_status, (std::map<int, std::uint64_t>{{200, 2}, {404, 1}}));
    EXPECT_EQ(totals.by_duration.front(), 1U);
    EXPECT_EQ(totals.by_duration[1], 1U);
    EXPECT_EQ(totals.by_duration.back(), 1U);
    EXPECT_NEAR(totals.seconds, 60.002001, 1e-9);
}

class MetricsPage : public ::testing::Test {
  protected:
    std::string page() {
        auto response = server_.ask(administrator, "GET", "/metrics");
        EXPECT_EQ(response.status, 200);
        return std::get<std::string>(response.body);
    }

    WholeServer server_;
};

TEST_F(MetricsPage, TellsOfJobsBackupsRepositoriesAndTheServer) {
    auto text = page();
    for (const char* line :
         {"holdfast_build_info{version=\"0.1.0\"} 1\n",
          "holdfast_job_last_result{job_name=\"nightly & <more>\",result=\"success\"} 1\n",
          "holdfast_job_last_result{job_name=\"nightly & <more>\",result=\"failed\"} 0\n",
          "holdfast_job_running{job_name=\"nightly & <more>\"} 0\n",
          "holdfast_job_machines{job_name=\"nightly & <more>\"} 1\n",
          "holdfast_backup_restore_points{backup_name=\"nightly & <more>\",repository_name=\"main\"} 1\n",
          "holdfast_backup_size_bytes{backup_name=\"nightly & <more>\",repository_name=\"main\"} 100\n",
          "holdfast_repository_capacity_bytes{repository_name=\"main\"} 100\n",
          "holdfast_repository_free_bytes{repository_name=\"main\"} 50\n",
          "holdfast_repository_used_bytes{repository_name=\"main\"} 50\n",
          "holdfast_notifications_pending{target_name=\"hook & <more>\"} 0\n",
          "holdfast_notifications_failed_total{target_name=\"hook & <more>\"} 0\n", "holdfast_jobs 1\n",
          "holdfast_boot_verification_last_result{vm_name=\"web01\",result=\"success\"} 1\n",
          "holdfast_boot_verification_last_boot_seconds{vm_name=\"web01\"} 3.141\n",
          "holdfast_running_backup_sessions 0\n", "holdfast_running_tasks 0\n", "holdfast_logon_sessions 7\n",
          "holdfast_http_request_duration_seconds_bucket{le=\"+Inf\"} 0\n"})
        EXPECT_THAT(text, HasSubstr(line));
    EXPECT_THAT(text, HasSubstr("\nholdfast_job_last_success_timestamp_seconds{"));
    EXPECT_THAT(text, HasSubstr("\nprocess_resident_memory_bytes "));
    EXPECT_THAT(text, HasSubstr("holdfast_machines_with_restore_points 1\n"));
    EXPECT_THAT(text, Not(HasSubstr("holdfast_host_up{")));                         // it was not asked yet
    EXPECT_THAT(text, Not(HasSubstr("holdfast_job_next_run_timestamp_seconds{")));  // it has no schedule
}

TEST_F(MetricsPage, TellsHowManyMachinesOfAHostAreProtected) {
    server_.census().count({});
    auto text = page();
    EXPECT_THAT(text, HasSubstr("holdfast_host_up{host_name=\"kvm1\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("holdfast_host_machines{host_name=\"kvm1\",protection=\"protected\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("holdfast_host_machines{host_name=\"kvm1\",protection=\"unprotected\"} 1\n"));
}

TEST_F(MetricsPage, IsInPrometheusFormat) {
    const std::regex comment("# (HELP|TYPE) ([a-z_]+) .+");
    const std::regex sample(R"re(([a-z_]+)(\{([a-z_]+="([^"\\\n]|\\.)*",?)+\})? [-+.e0-9]+)re");
    std::istringstream lines(page());
    std::set<std::string> families;
    std::set<std::string> series;
    std::string family;
    for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (std::regex_match(line, match, comment)) {
            family = match[2];
            EXPECT_TRUE(families.insert(match[1].str() + family).second) << line;
            continue;
        }
        ASSERT_TRUE(std::regex_match(line, match, sample)) << line;
        EXPECT_TRUE(match[1].str().starts_with(family)) << line;
        EXPECT_TRUE(series.insert(line.substr(0, line.rfind(' '))).second) << line;
    }
    EXPECT_GT(series.size(), 40U);
}

TEST_F(MetricsPage, IsForReadersAndAtTheAddressThatPrometheusTakes) {
    for (AccountRole role : all_roles) {
        bool may = role == administrator || role == AccountRole::portal_user;
        EXPECT_EQ(server_.ask(role, "GET", "/metrics").status, may ? 200 : 403) << to_string(role);
    }
    auto response = server_.ask(administrator, "GET", "/metrics");
    EXPECT_THAT(response.headers,
                ::testing::Contains(::testing::Pair("Content-Type", HasSubstr("version=0.0.4"))));
    EXPECT_EQ(server_.ask(administrator, "POST", "/metrics").status, 405);
    EXPECT_EQ(server_.ask(administrator, "GET", "/metrics/x").status, 404);
    EXPECT_EQ(server_.ask(administrator, "GET", "/jobs").status, 404);
}

}  // namespace
}  // namespace holdfast::api
