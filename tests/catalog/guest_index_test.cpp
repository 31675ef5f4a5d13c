// The index of guest files, on SQLite and on PostgreSQL: what a point holds, what a search finds, what
// another point costs, and what stays when points go.
#include "catalog/guest_index.hpp"

#include <gmock/gmock.h>

#include "catalog/account_scopes.hpp"
#include "catalog/accounts.hpp"
#include "catalog/guest_index_writer.hpp"
#include "catalog/managed_servers.hpp"
#include "catalog/repositories.hpp"
#include "catalog/test_database.hpp"
#include "error_of.hpp"

namespace holdfast::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Contents of folders by their paths, as a walk tells them.
using Tree = std::vector<std::pair<std::string, std::vector<IndexedFile>>>;

class GuestIndexOn : public testing::TestWithParam<Kind> {
  protected:
    GuestIndexOn() {
        ManagedServers(*database_).add(server_);
        Repositories(*database_).add(repository_);
    }

    IndexedFile folder(const std::string& name) { return {name, FileKind::folder, 0, base_, "0:0"}; }
    IndexedFile file(const std::string& name, std::int64_t size = 1) {
        return {name, FileKind::file, size, base_, "0:0"};
    }
    // "/etc" with some files, "/home/anna" with others.
    Tree tree(std::vector<IndexedFile> in_etc, std::vector<IndexedFile> in_anna) {
        return {{"/", {folder("/")}},
                {"", {folder("etc"), folder("home")}},
                {"etc", std::move(in_etc)},
                {"home", {folder("anna")}},
                {"home/anna", std::move(in_anna)}};
    }

    VmRestorePoint add_point(int hour, const Uuid& machine, const std::string& name = "web01") {
        RestorePoints points(*database_);
        auto backup = points.backup_for(job_, "nightly", repository_.id);
        RestorePoint point{Uuid::random(), backup.id, backup.name, base_ + std::chrono::hours(hour)};
        VmRestorePoint machine_point;
        machine_point.id = Uuid::random();
        machine_point.file = Uuid::random();
        machine_point.restore_point = point.id;
        machine_point.hierarchy_root = server_.hierarchy_root;
        machine_point.domain = machine;
        machine_point.vm_name = name;
        machine_point.created = point.created;
        machine_point.snapshot = "abc";
        points.add(point, machine_point);
        return machine_point;
    }

    // How many rows were written.
    std::uint64_t index(const VmRestorePoint& point, const Tree& tree) {
        GuestIndexWriter writer(*database_, point, "me");
        for (const auto& [path, files] : tree) writer.put(path, files);
        writer.finish();
        return writer.changes();
    }

    std::vector<std::string> names(const VmRestorePoint& point, const std::string& path) {
        auto listing = index_.list(point.id, path, ShowFiles::all, 0, 100);
        if (!listing) return {"(none)"};
        std::vector<std::string> result;
        for (const auto& one : listing->files) result.push_back(one.name);
        return result;
    }

    std::vector<std::string> found(const std::string& name) {
        std::vector<std::string> result;
        for (const auto& one : search(name).files) result.push_back(path_in(one.folder, one.file.name));
        return result;
    }
    FoundFiles search(const std::string& name) {
        return index_.search({.viewer = everything_, .name = name});
    }

    std::int64_t rows_of(const std::string& table) {
        return database_->look_up([&](Connection& connection) {
            return connection.query("SELECT COUNT(*) AS n FROM " + table)
                .first([](const Row& row) { return row.number("n"); })
                .value();
        });
    }

    TemporaryDirectory folder_;
    std::unique_ptr<Database> database_ = Database::open(new_database_url(GetParam(), folder_.path()));
    GuestIndex index_{*database_};
    Timestamp base_ = *parse_time("2026-06-14T12:00:00Z");
    Uuid machine_ = Uuid::random();
    Uuid job_ = Uuid::random();
    Viewer everything_{.account = {}, .sees_all = true};
    ManagedServer server_{Uuid::random(), Uuid::random(), "kvm1", "", "qemu:///system", "host"};
    Repository repository_{Uuid::random(), "main", "", "/srv/main", "abc", "sealed", 100, 50};
};

TEST_P(GuestIndexOn, EachPointHoldsWhatItHad) {
    auto first = add_point(1, machine_);
    index(first, tree({file("hosts"), file("passwd")}, {file("a.txt")}));
    auto second = add_point(2, machine_);
    index(second, tree({file("hosts", 7), file("shadow")}, {file("a.txt")}));
    EXPECT_THAT(names(first, "etc"), ElementsAre("hosts", "passwd"));
    EXPECT_THAT(names(second, "etc"), ElementsAre("hosts", "shadow"));
    EXPECT_THAT(names(first, std::string(folder_of_roots)), ElementsAre("/"));
    EXPECT_THAT(names(second, ""), ElementsAre("etc", "home"));
    EXPECT_EQ(index_.find(first.id, "etc/hosts")->file.size, 1);
    EXPECT_EQ(index_.find(second.id, "etc/hosts")->file.size, 7);
    EXPECT_FALSE(index_.find(second.id, "etc/passwd"));
    EXPECT_EQ(index_.find(first.id, "")->file.name, "/");
    EXPECT_THAT(names(first, "etc/hosts"), ElementsAre("(none)")) << "it is no folder";
    EXPECT_THAT(names(first, "nowhere"), ElementsAre("(none)"));
}

TEST_P(GuestIndexOn, APointInWhichNothingChangedCostsNoRowOfAFile) {
    auto same = tree({file("hosts"), file("passwd")}, {file("a.txt")});
    EXPECT_EQ(index(add_point(1, machine_), same), 7U);
    EXPECT_EQ(index(add_point(2, machine_), same), 0U);
    auto third = add_point(3, machine_);
    EXPECT_EQ(index(third, tree({file("hosts"), file("passwd", 2)}, {file("a.txt")})), 2U)
        << "one ends, one begins";
    EXPECT_EQ(rows_of("indexed_files"), 8);
    EXPECT_THAT(names(third, "home/anna"), ElementsAre("a.txt"));
}

TEST_P(GuestIndexOn, AFolderThatGoesTakesAllBelowIt) {
    auto first = add_point(1, machine_);
    index(first, tree({file("hosts")}, {file("a.txt")}));
    auto second = add_point(2, machine_);
    index(second, {{"/", {folder("/")}}, {"", {folder("etc"), file("home")}}, {"etc", {file("hosts")}}});
    EXPECT_THAT(names(first, "home/anna"), ElementsAre("a.txt"));
    EXPECT_THAT(names(second, "home/anna"), ElementsAre("(none)"));
    EXPECT_EQ(search("a.txt").files.at(0).points, 1);
    auto third = add_point(3, machine_);
    index(third, tree({file("hosts")}, {file("a.txt")}));
    EXPECT_THAT(names(third, "home/anna"), ElementsAre("a.txt"));
    EXPECT_THAT(names(second, "home/anna"), ElementsAre("(none)"));
    EXPECT_THAT(search("a.txt").files, SizeIs(2)) << "it was there twice, with a pause";
}

TEST_P(GuestIndexOn, DrivesOfWindowsAndLetterCase) {
    auto point = add_point(1, machine_);
    index(point, {{"/", {folder("C:"), folder("D:")}},
                  {"C:", {folder("Users")}},
                  {"C:/Users", {file("Größe.TXT"), file("both"), file("Both")}},
                  {"D:", {file("data")}}});
    EXPECT_THAT(names(point, std::string(folder_of_roots)), ElementsAre("C:", "D:"));
    EXPECT_THAT(names(point, "c:/users"), ElementsAre("Both", "Größe.TXT", "both"));
    EXPECT_EQ(index_.find(point.id, "c:/USERS/grÖSSE.txt"), std::nullopt) << "ß has no other case here";
    EXPECT_EQ(index_.find(point.id, "c:/USERS/GRÖßE.txt")->file.name, "Größe.TXT");
    EXPECT_EQ(index_.find(point.id, "C:/Users/both")->file.name, "both");
    EXPECT_EQ(index_.find(point.id, "C:")->folder, folder_of_roots);
    EXPECT_EQ(index_.list(point.id, "c:", ShowFiles::all, 0, 10)->folder, "C:");
}

TEST_P(GuestIndexOn, FoldersFirstAndInPages) {
    auto point = add_point(1, machine_);
    std::vector<IndexedFile> many;
    for (int i = 0; i < 250; ++i) many.push_back(file("f" + std::to_string(1000 + i)));
    many.push_back(folder("zoo"));
    index(point, {{"/", {folder("/")}}, {"", many}, {"zoo", {}}});
    auto page = index_.list(point.id, "", ShowFiles::all, 0, 100);
    EXPECT_EQ(page->total, 251U);
    EXPECT_EQ(page->files.at(0).name, "zoo");
    EXPECT_EQ(index_.list(point.id, "", ShowFiles::all, 200, 100)->files.size(), 51U);
    EXPECT_EQ(index_.list(point.id, "", ShowFiles::folders, 0, 100)->total, 1U);
    EXPECT_EQ(index_.list(point.id, "", ShowFiles::others, 0, 10)->files.at(0).name, "f1000");
    EXPECT_THAT(names(point, "zoo"), IsEmpty());
}

TEST_P(GuestIndexOn, ASearchFindsNamesAcrossMachinesAndTime) {
    auto first = add_point(1, machine_);
    index(first, tree({file("hosts"), file("50%_off.conf")}, {file("Report-2025.PDF")}));
    auto second = add_point(2, machine_);
    index(second, tree({file("hosts", 9), file("50%_off.conf")}, {file("Report-2025.PDF")}));
    auto other = add_point(1, Uuid::random(), "db01");
    index(other, tree({file("hosts")}, {file("report-2026.pdf")}));
    EXPECT_THAT(found("HOSTS"), ElementsAre("etc/hosts", "etc/hosts", "etc/hosts"));
    EXPECT_THAT(found("report*"), ElementsAre("home/anna/Report-2025.PDF", "home/anna/report-2026.pdf"));
    EXPECT_THAT(found("*2026*"), ElementsAre("home/anna/report-2026.pdf"));
    EXPECT_THAT(found("re*rt*.pdf"), SizeIs(2));
    EXPECT_THAT(found("50%*"), ElementsAre("etc/50%_off.conf"));
    EXPECT_THAT(found("50__off.conf*"), IsEmpty());
    EXPECT_THAT(found("host"), IsEmpty());
    auto report = search("report-2025*").files.at(0);
    EXPECT_EQ(report.points, 2);
    EXPECT_EQ(report.newest_point, second.id);
    EXPECT_EQ(report.newest, second.created);
    EXPECT_EQ(report.oldest, first.created);
    EXPECT_EQ(report.vm_name, "web01");
    EXPECT_EQ(search("hosts").total, 3U);
    FileSearch one{.viewer = everything_, .name = "hosts", .vm_name = "db01"};
    EXPECT_EQ(index_.search(one).files.at(0).newest_point, other.id);
    FileSearch late{.viewer = everything_, .name = "hosts", .since = second.created};
    EXPECT_THAT(index_.search(late).files, SizeIs(1));
    FileSearch early{.viewer = everything_, .name = "hosts", .until = first.created};
    EXPECT_EQ(index_.search(early).total, 2U);
    FileSearch page{.viewer = everything_, .name = "hosts", .first = 2, .size = 2};
    EXPECT_THAT(index_.search(page).files, SizeIs(1));
}

TEST_P(GuestIndexOn, ASearchForEverythingIsRefused) {
    for (const auto& name :
         {std::string(), std::string("**"), std::string(2000, 'a'), std::string("a*b*c*d*e*f*g*h*i*j")})
        EXPECT_EQ(error_of([&] { search(name); }), ErrorKind::invalid_input) << name;
}

TEST_P(GuestIndexOn, AnAccountSeesTheMachinesInItsScopesOnly) {
    index(add_point(1, machine_), tree({file("hosts")}, {}));
    auto hidden = add_point(1, Uuid::random(), "db01");
    index(hidden, tree({file("hosts")}, {}));
    Account account{.id = Uuid::random(), .name = "anna", .roles = {"Portal User"}};
    account.allow_restore_all = false;
    Accounts(*database_).add(account);
    AccountScope scope{.id = Uuid::random(),
                       .account = account.id,
                       .hierarchy_root = server_.hierarchy_root,
                       .object_type = std::string(scope_type::machine),
                       .object_id = machine_.to_string(),
                       .name = "web01"};
    AccountScopes(*database_).add({scope});
    AccountScopes(*database_).set_machines(scope, {machine_});
    Viewer anna{.account = account.id, .sees_all = false};
    EXPECT_THAT(index_.machines(anna), ElementsAre("web01"));
    EXPECT_THAT(index_.machines(everything_), ElementsAre("db01", "web01"));
    EXPECT_THAT(index_.points(anna, "db01"), IsEmpty());
    EXPECT_THAT(index_.points(anna, "web01"), SizeIs(1));
    EXPECT_FALSE(index_.find_point(anna, "db01", hidden.id));
    EXPECT_TRUE(index_.find_point(everything_, "db01", hidden.id));
    EXPECT_TRUE(index_.find_point(everything_, "DB01", hidden.id));
    EXPECT_THAT(index_.points(everything_, "DB01"), SizeIs(1));
    EXPECT_THAT(index_.points(anna, "DB01"), IsEmpty());
    EXPECT_FALSE(index_.find_point(everything_, "web01", hidden.id)) << "it is another machine's";
    auto seen = index_.search({.viewer = anna, .name = "hosts"});
    EXPECT_EQ(seen.total, 1U);
    EXPECT_EQ(seen.files.at(0).vm_name, "web01");
}

TEST_P(GuestIndexOn, WhatDidNotEndIsSeenByNobodyAndTakenBack) {
    auto first = add_point(1, machine_);
    index(first, tree({file("hosts")}, {file("a.txt")}));
    auto second = add_point(2, machine_);
    {
        GuestIndexWriter writer(*database_, second, "me");
        for (const auto& [path, files] : tree({file("other")}, {})) writer.put(path, files);
        // More than one transaction takes, so that some of it is in the database.
        for (int i = 0; i < 1000; ++i) writer.put("etc/" + std::to_string(i), {file("new.txt")});
        EXPECT_THAT(found("new.txt"), IsEmpty());
        EXPECT_THAT(names(first, "etc"), ElementsAre("hosts"));
        EXPECT_THAT(names(second, "etc"), ElementsAre("(none)"));
        EXPECT_EQ(error_of([&] { GuestIndexWriter(*database_, add_point(3, machine_), "other"); }),
                  ErrorKind::conflict);
    }
    EXPECT_EQ(rows_of("indexed_points"), 1);
    EXPECT_EQ(rows_of("indexed_files"), 6);
    EXPECT_THAT(names(first, "home/anna"), ElementsAre("a.txt"));
    index(second, tree({file("hosts")}, {file("b.txt")}));
    EXPECT_THAT(names(second, "home/anna"), ElementsAre("b.txt"));
    EXPECT_THAT(names(second, "etc"), ElementsAre("hosts"));
    EXPECT_THAT(names(first, "home/anna"), ElementsAre("a.txt"));
}

TEST_P(GuestIndexOn, APointThatGoesWhileItIsIndexedIsNotThere) {
    auto point = add_point(1, machine_);
    {
        GuestIndexWriter writer(*database_, point, "me");
        writer.put("/", {folder("/")});
        RestorePoints(*database_).remove(point.restore_point);
        EXPECT_EQ(error_of([&] { writer.finish(); }), ErrorKind::not_found);
    }
    EXPECT_EQ(rows_of("indexed_files"), 0);
}

TEST_P(GuestIndexOn, AnOlderPointComesTooLate) {
    auto first = add_point(1, machine_);
    index(add_point(2, machine_), tree({}, {}));
    EXPECT_EQ(error_of([&] { GuestIndexWriter(*database_, first, "me"); }), ErrorKind::conflict);
}

TEST_P(GuestIndexOn, WhatNoPointHasAnyMoreIsTakenOut) {
    std::vector<VmRestorePoint> points;
    for (int hour = 1; hour <= 4; ++hour) {
        points.push_back(add_point(hour, machine_));
        // "constant" is in all, "at<hour>" in one, "from3" in the last two, and a folder of its own in the
        // second.
        std::vector<IndexedFile> anna{file("at" + std::to_string(hour)), file("constant")};
        if (hour >= 3) anna.push_back(file("from3"));
        auto content = tree({}, anna);
        if (hour == 2) {
            content[1].second.push_back(folder("only2"));
            content.push_back({"only2", {file("inside")}});
        }
        index(points.back(), content);
    }
    auto before = rows_of("indexed_files");
    RestorePoints(*database_).remove(points[1].restore_point);
    EXPECT_THAT(found("at2"), IsEmpty()) << "at once";
    tidy_guest_index(*database_, "me");
    EXPECT_EQ(rows_of("indexed_files"), before - 3);
    EXPECT_THAT(names(points[0], "home/anna"), ElementsAre("at1", "constant"));
    EXPECT_THAT(names(points[2], "home/anna"), ElementsAre("at3", "constant", "from3"));
    RestorePoints(*database_).remove(points[3].restore_point);
    tidy_guest_index(*database_, "me");
    EXPECT_THAT(names(points[2], "home/anna"), ElementsAre("at3", "constant", "from3"));
    EXPECT_THAT(found("at4"), IsEmpty());
    // What only the newest had, and it is gone, is taken out when the next one ends it.
    auto fifth = add_point(5, machine_);
    index(fifth, tree({}, {file("constant"), file("from3")}));
    EXPECT_THAT(names(fifth, "home/anna"), ElementsAre("constant", "from3"));
    EXPECT_EQ(search("constant").files.at(0).points, 3);
    for (const auto& point : {points[0], points[2], fifth})
        RestorePoints(*database_).remove(point.restore_point);
    tidy_guest_index(*database_, "me");
    for (auto table : {"indexed_files", "indexed_folders", "indexed_points", "indexed_machines"})
        EXPECT_EQ(rows_of(table), 0) << table;
}

INSTANTIATE_TEST_SUITE_P(Databases, GuestIndexOn, testing::Values(Kind::sqlite, Kind::postgresql),
                         [](const auto& tested) {
                             return tested.param == Kind::sqlite ? "Sqlite" : "PostgreSql";
                         });

}  // namespace
}  // namespace holdfast::catalog
