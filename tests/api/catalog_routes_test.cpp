// The index of guest files through the API: browsing a point without mounting it, search, and what is
// refused.
#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "api/whole_server.hpp"

namespace holdfast::api {
namespace {

using testing::HasSubstr;

constexpr auto administrator = AccountRole::portal_administrator;

class CatalogRoutes : public ::testing::Test {
  protected:
    boost::json::value get(const std::string& target) {
        auto response = server_.ask(administrator, "GET", target, "application/json");
        EXPECT_EQ(response.status, 200) << target << ": " << text_of(response);
        return boost::json::parse(text_of(response));
    }
    int status(const std::string& target) { return server_.ask(administrator, "GET", target).status; }

    WholeServer server_;
    const std::string id_ = server_.sample(administrator, "/vmRestorePoints/{ID}");
    const std::string point_ = "/api/catalog/vms/web01/vmRestorePoints/" + id_;
    const std::string files_ = point_ + "/guestfs";
};

TEST_F(CatalogRoutes, MachinesAndTheirPoints) {
    auto machine = get("/api/catalog/vms?format=Entity").at("CatalogVms").at(0);
    EXPECT_EQ(machine.at("UID"), "urn:veeam:CatalogVm:web01");
    EXPECT_EQ(machine.at("VmDisplayName"), "web01");
    auto point =
        get("/api/catalog/vms/web01/vmRestorePoints?format=Entity").at("CatalogVmRestorePoints").at(0);
    EXPECT_EQ(std::string(point.at("UID").as_string()), "urn:veeam:CatalogVmRestorePoint:" + id_);
    EXPECT_TRUE(point.at("BackupDateUTC").is_string());
    EXPECT_EQ(
        status("/api/catalog/vms/urn:veeam:CatalogVm:web01/vmRestorePoints/urn:veeam:VmRestorePoint:" + id_),
        200);
    EXPECT_EQ(status("/api/catalog/vms/db01"), 404);
    EXPECT_EQ(status("/api/catalog/vms/db01/vmRestorePoints"), 404);
    EXPECT_EQ(status("/api/catalog/vms/db01/vmRestorePoints/" + id_), 404)
        << "the point is another machine's";
}

TEST_F(CatalogRoutes, FilesAreListedAndPagesCut) {
    auto top = get(files_ + "?action=listAll").at("Directories").at("DirectoryEntries").as_array();
    ASSERT_EQ(top.size(), 1U);
    EXPECT_EQ(top[0].at("Path"), "/");
    EXPECT_THAT(std::string(top[0].at("Href").as_string()), HasSubstr("/guestfs/%2F"));
    auto root =
        get(files_ + "/%2F?action=listAll&pageSize=1&page=2").at("Directories").at("DirectoryEntries");
    ASSERT_EQ(root.as_array().size(), 1U);
    EXPECT_EQ(root.at(0).at("Path"), "/srv");
    auto etc = get(files_ + "/ETC?action=listFiles");
    EXPECT_EQ(etc.at("Files").at("FileEntries").at(0).at("Path"), "/etc/hosts & <more>");
    EXPECT_EQ(etc.at("Files").at("FileEntries").at(0).at("Size"), 583);
    EXPECT_TRUE(
        get(files_ + "/etc?action=listDirs").at("Directories").at("DirectoryEntries").as_array().empty());
    EXPECT_TRUE(get(files_ + "/srv?action=listAll").at("Files").at("FileEntries").as_array().empty());
    EXPECT_EQ(get(files_ + "/etc/hosts%20%26%20%3Cmore%3E").at("FileEntry").at("Name"), "hosts & <more>");
    for (const auto* path :
         {"/nowhere", "/nowhere?action=listAll", "/etc/hosts%20%26%20%3Cmore%3E?action=listAll"})
        EXPECT_EQ(status(files_ + path), 404) << path;
}

TEST_F(CatalogRoutes, ASearchTellsWhereAndWhen) {
    auto found =
        get("/api/catalog/search?name=HOSTS*&vm=web01&until=2100-01-01T00:00:00Z").at("CatalogFiles");
    ASSERT_EQ(found.as_array().size(), 1U);
    const auto& file = found.at(0);
    EXPECT_EQ(file.at("Path"), "/etc/hosts & <more>");
    EXPECT_EQ(file.at("Kind"), "File");
    EXPECT_EQ(file.at("VmDisplayName"), "web01");
    EXPECT_EQ(file.at("RestorePoints"), 1);
    EXPECT_EQ(file.at("OldestBackupDateUTC"), file.at("NewestBackupDateUTC"));
    std::string href(file.at("Href").as_string());
    EXPECT_EQ(get(href.substr(href.find("/api/"))).at("FileEntry").at("Size"), 583);
    for (const auto* none : {"name=hosts", "name=hosts*&vm=db01", "name=hosts*&since=2100-01-01T00:00:00Z"})
        EXPECT_TRUE(get("/api/catalog/search?" + std::string(none)).at("CatalogFiles").as_array().empty())
            << none;
    for (const auto* wrong :
         {"", "?name=*", "?name=a*b*c*d*e*f*g*h*i*j", "?name=x&since=soon", "?name=x&pageSize=0"})
        EXPECT_EQ(status("/api/catalog/search" + std::string(wrong)), 400) << wrong;
}

TEST_F(CatalogRoutes, RestoringToTheOldPlaceSaysWhatIsMissing) {
    auto target = files_ + "/etc?action=restore";
    auto refused =
        server_.send(administrator, "POST", target, {}, R"({"ToOriginalLocation":{"PermissionsOnly":true}})");
    EXPECT_EQ(refused.status, 501);
    EXPECT_THAT(text_of(refused), HasSubstr("permissions only"));
    refused = server_.send(administrator, "POST", target, {},
                           R"({"ToOriginalLocation":{"GuestCredentials":{"UserName":"a","Password":"b"}}})");
    EXPECT_EQ(refused.status, 501);
    EXPECT_THAT(text_of(refused), HasSubstr("GuestCredentials"));
    EXPECT_EQ(server_.ask(AccountRole::portal_user, "POST", target).status, 403);
    const std::string download = R"({"ForDirectDownload":{}})";
    EXPECT_EQ(server_.send(AccountRole::portal_user, "POST", target, {}, download).status, 403)
        << "it may not mount the point either";
    EXPECT_EQ(
        server_.send(AccountRole::file_restore_operator, "POST", files_ + "/no?action=restore", {}, download)
            .status,
        404);
}

TEST_F(CatalogRoutes, BrowsingLeadsToTheFiles) {
    auto task = server_.ask(AccountRole::vm_restore_operator, "POST", point_ + "?action=browse");
    EXPECT_EQ(task.status, 202) << text_of(task);
    EXPECT_EQ(
        server_.ask(administrator, "POST", "/api/catalog/vms/db01/vmRestorePoints/" + id_ + "?action=browse")
            .status,
        404);
}

}  // namespace
}  // namespace holdfast::api
