// One appliance over three disks, shared by the whole suite: starting one takes many seconds under emulation.
#include "guest/guest_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include "base/file.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "error_of.hpp"
#include "guest/test_disks.hpp"

namespace holdfast::guest {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

disk::ImageServer serve(const std::filesystem::path& image, const TemporaryDirectory& folder) {
    return disk::ImageServer::start(image, disk::ImageFormat::raw, disk::Access::read_only,
                                    folder.path() / (image.stem().string() + ".sock"));
}

class GuestFilesTest : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        folder_ = new TemporaryDirectory;
        make_system_disk(folder_->path() / "system.raw", folder_->path());
        make_boot_disk(folder_->path() / "boot.raw", folder_->path());
        make_data_disk(folder_->path() / "data.raw", folder_->path());
        servers_ = new std::vector<disk::ImageServer>;
        for (auto name : {"system.raw", "boot.raw", "data.raw"})
            servers_->push_back(serve(folder_->path() / name, *folder_));
        std::vector<disk::NbdAddress> disks;
        for (auto& server : *servers_) disks.push_back(server.address());
        files_ = GuestFiles::open(disks, {}).release();
    }

    static void TearDownTestSuite() {
        delete files_;
        delete servers_;
        delete folder_;
    }

    static std::string read(std::string_view path, std::uint64_t offset = 0,
                            std::uint64_t length = UINT64_MAX) {
        std::string content;
        files_->read_file(path, offset, length, [&](auto bytes) {
            EXPECT_LE(bytes.size(), 1u << 20);
            content += as_text(bytes);
        });
        return content;
    }

    static std::vector<std::string> names(std::string_view path, Show show = Show::all) {
        std::vector<std::string> result;
        for (auto& entry : files_->list(path, show, 0, 10'000).entries) result.push_back(entry.name);
        return result;
    }

    static std::string content_on_host(const std::string& path) {
        return read_file(folder_->path() / "system" / path, 16 << 20);
    }

    static inline TemporaryDirectory* folder_ = nullptr;
    static inline std::vector<disk::ImageServer>* servers_ = nullptr;
    static inline GuestFiles* files_ = nullptr;
};

TEST_F(GuestFilesTest, RootsAreTheSystemAndWhatBelongsToNone) {
    std::vector<std::string> paths;
    for (auto& root : files_->roots()) paths.push_back(root.path);
    EXPECT_THAT(paths, ElementsAre("/", "sdc2:"));
}

TEST_F(GuestFilesTest, TheSystemIsMountedWholeByItsFstab) {
    EXPECT_EQ(read("/boot/efi/grub.cfg"), "set timeout=1\n");
}

TEST_F(GuestFilesTest, AnFstabCannotMountOutsideItsRoot) {
    // "/escape/etc" is the appliance's own /etc to those who follow the guest's link; inside the guest it is
    // nothing.
    EXPECT_EQ(names("sdc2:"), std::vector<std::string>({"etc", "lost+found", "secret.txt"}));
}

TEST_F(GuestFilesTest, ListsFoldersFirstThenByName) {
    auto listed = names("/home/anna");
    EXPECT_THAT(std::vector(listed.begin(), listed.begin() + 3), ElementsAre("Case", "many", "Größe.txt"));
    EXPECT_THAT(names("home/anna", Show::directories), ElementsAre("Case", "many"));
    EXPECT_EQ(names("home/anna", Show::files).size() + 2, listed.size());
    EXPECT_THAT(listed, testing::IsSupersetOf(
                            {"two words.txt", "line\nbreak.txt", "bad\xef\xbf\xbd\xef\xbf\xbdname.txt"}));
}

TEST_F(GuestFilesTest, TellsWhatAnEntryIs) {
    std::map<std::string, Entry> entries;
    for (auto& entry : files_->list("home/anna", Show::all, 0, 1000).entries) entries[entry.name] = entry;
    EXPECT_EQ(entries["large.bin"].size, 5u << 20);
    EXPECT_EQ(entries["large.bin"].path, "home/anna/large.bin");
    EXPECT_EQ(entries["large.bin"].kind, EntryKind::file);
    EXPECT_EQ(entries["large.bin"].owner, "0:0");
    EXPECT_EQ(entries["Case"].kind, EntryKind::directory);
    EXPECT_EQ(entries["to_folder"].kind, EntryKind::symbolic_link);
    EXPECT_EQ(entries["pipe"].kind, EntryKind::other);
    EXPECT_LT(now() - entries["plain.txt"].modified, 1h);
}

TEST_F(GuestFilesTest, AWalkComesThroughEveryFolderOnce) {
    std::map<std::string, std::vector<Entry>> folders;
    std::vector<std::string> order;
    auto walked = files_->walk(
        [&](const std::string& path, std::span<const Entry> entries) {
            EXPECT_TRUE(folders.emplace(path, std::vector(entries.begin(), entries.end())).second) << path;
            order.push_back(path);
        },
        {}, {});
    EXPECT_EQ(walked.folders, folders.size());
    EXPECT_EQ(walked.left_out, 0U) << walked.reason;
    std::uint64_t entries = 0;
    for (const auto& [path, inside] : folders) {
        entries += inside.size();
        EXPECT_EQ(inside.size(), files_->list(path, Show::all, 0, 1).total) << path;
        for (const auto& entry : inside) {
            if (entry.kind != EntryKind::directory) continue;
            EXPECT_LT(std::ranges::find(order, path), std::ranges::find(order, entry.path)) << entry.path;
        }
    }
    EXPECT_EQ(walked.entries, entries);
    EXPECT_EQ(folders.at("home/anna/many").size(), 3000U);
    EXPECT_EQ(folders.at("home/anna/many").front().path, "home/anna/many/f0");
    EXPECT_THAT(folders.at("boot/efi"), testing::Contains(testing::Field(&Entry::name, "GRUB.CFG")));
    EXPECT_THAT(folders.at("sdc2:"), testing::Contains(testing::Field(&Entry::path, "sdc2:/secret.txt")));
    EXPECT_FALSE(folders.contains("home/anna/to_folder")) << "a link is not followed";
    EXPECT_FALSE(folders.contains("escape"));
}

TEST_F(GuestFilesTest, AWalkKeepsToItsLimits) {
    auto ignore = [](const std::string&, std::span<const Entry>) {};
    EXPECT_EQ(error_of([&] { files_->walk(ignore, {.entries = 100}, {}); }), ErrorKind::too_large);
    EXPECT_EQ(error_of([&] { files_->walk(ignore, {.time = -1s}, {}); }), ErrorKind::unavailable);
    std::vector<std::string> seen;
    auto walked = files_->walk([&](const std::string& path, std::span<const Entry>) { seen.push_back(path); },
                               {.depth = 1}, {});
    EXPECT_THAT(seen, testing::Contains("home"));
    EXPECT_THAT(seen, testing::Not(testing::Contains("home/anna")));
    EXPECT_GT(walked.left_out, 0U);
    EXPECT_THAT(walked.reason, testing::HasSubstr("too deep"));
    std::stop_source stop;
    stop.request_stop();
    EXPECT_EQ(error_of([&] { files_->walk(ignore, {}, stop.get_token()); }), ErrorKind::cancelled);
    EXPECT_EQ(names("sdc2:").size(), 3U) << "the appliance is there still";
}

TEST_F(GuestFilesTest, PagesAreStableAndTellTheTotal) {
    std::vector<std::string> paged;
    for (std::size_t first = 0; first < 3000; first += 700) {
        auto page = files_->list("home/anna/many", Show::all, first, 700);
        EXPECT_EQ(page.total, 3000u);
        for (auto& entry : page.entries) paged.push_back(entry.name);
    }
    EXPECT_EQ(paged, names("home/anna/many"));
    EXPECT_EQ(paged.size(), 3000u);
    EXPECT_TRUE(files_->list("home/anna/many", Show::all, 5000, 10).entries.empty());
    EXPECT_EQ(files_->list("home/anna/many", Show::directories, 0, 10).total, 0u);
}

TEST_F(GuestFilesTest, StatTakesPathsAsClientsWriteThem) {
    EXPECT_EQ(files_->stat("//home/./anna//plain.txt").path, "home/anna/plain.txt");
    EXPECT_EQ(files_->stat("HOME/anna/case/below.TXT").path, "home/anna/Case/Below.txt");
    EXPECT_EQ(files_->stat("home/anna/grÖßE.txt").name, "Größe.txt");
    EXPECT_EQ(files_->stat("").kind, EntryKind::directory);
    EXPECT_EQ(files_->stat("SDC2:").path, "sdc2:");
    EXPECT_EQ(files_->stat("sdc2:/secret.txt").path, "sdc2:/secret.txt");
}

TEST_F(GuestFilesTest, WhatIsNotThereOrWrongIsSaidSo) {
    EXPECT_EQ(error_of([] { files_->stat("home/bertha"); }), ErrorKind::not_found);
    EXPECT_EQ(error_of([] { files_->stat("home/anna/plain.txt/below"); }), ErrorKind::not_found);
    EXPECT_EQ(error_of([] { files_->stat("home/../etc"); }), ErrorKind::invalid_input);
    EXPECT_EQ(error_of([] { files_->stat(std::string_view("home\0", 5)); }), ErrorKind::invalid_input);
    EXPECT_EQ(error_of([] { files_->list("home/anna/plain.txt", Show::all, 0, 1); }),
              ErrorKind::invalid_input);
    EXPECT_EQ(error_of([] { read("home/anna"); }), ErrorKind::invalid_input);
    EXPECT_EQ(error_of([] { read("home/anna/pipe"); }), ErrorKind::invalid_input);
}

TEST_F(GuestFilesTest, ReadsFilesWhateverTheirNames) {
    EXPECT_EQ(read("home/anna/two words.txt"), "space");
    EXPECT_EQ(read("home/anna/Größe.txt"), "umlaut");
    EXPECT_EQ(read("home/anna/line\nbreak.txt"), "newline");
    EXPECT_EQ(read("home/anna/bad\xef\xbf\xbd\xef\xbf\xbdname.txt"), "bytes");
}

TEST_F(GuestFilesTest, ReadsRanges) {
    std::string whole = content_on_host("home/anna/large.bin");
    EXPECT_EQ(read("home/anna/large.bin"), whole);
    EXPECT_EQ(read("home/anna/large.bin", (1 << 20) - 3, (2 << 20) + 7),
              whole.substr((1 << 20) - 3, (2 << 20) + 7));
    EXPECT_EQ(read("home/anna/large.bin", whole.size() - 5), whole.substr(whole.size() - 5));
    EXPECT_EQ(read("home/anna/large.bin", whole.size() + 5, 10), "");
    EXPECT_EQ(read("home/anna/plain.txt", 0, 0), "");
}

TEST_F(GuestFilesTest, LinksStayInsideTheirRoot) {
    EXPECT_EQ(read("home/anna/to_plain"), "hello\n");
    EXPECT_EQ(read("home/anna/to_hostname"), "web01\n");
    EXPECT_EQ(read("home/anna/climbing"), "web01\n");
    EXPECT_EQ(read("home/anna/to_folder/Below.txt"), "case");
    EXPECT_EQ(files_->list("home/anna/to_folder", Show::all, 0, 10).entries.at(0).path,
              "home/anna/to_folder/Below.txt");
    EXPECT_EQ(error_of([] { read("home/anna/to_other_root"); }), ErrorKind::not_found);
    EXPECT_EQ(error_of([] { read("home/anna/climbing_to_other_root"); }), ErrorKind::not_found);
    EXPECT_EQ(error_of([] { read("home/anna/circle1"); }), ErrorKind::invalid_input);
    EXPECT_EQ(files_->stat("home/anna/dangling").kind, EntryKind::symbolic_link);
    EXPECT_EQ(error_of([] { read("home/anna/dangling"); }), ErrorKind::not_found);
}

TEST_F(GuestFilesTest, AFolderComesAsAnArchive) {
    auto archive = folder_->path() / "anna.tar", out = folder_->path() / "untarred";
    {
        std::ofstream file(archive, std::ios::binary);
        files_->read_folder_as_tar("home/anna", [&](auto bytes) { file << as_text(bytes); });
    }
    std::filesystem::create_directory(out);
    run_command({"tar", "-xf", archive.string(), "-C", out.string()}, 30s);
    run_command({"diff", "-r", "--no-dereference", "--exclude=pipe", out.string(),
                 (folder_->path() / "system/home/anna").string()},
                30s);
    EXPECT_TRUE(std::filesystem::is_fifo(out / "pipe"));
}

TEST_F(GuestFilesTest, ASinkThatFailsEndsTheTransferOnly) {
    struct ClientGone {};
    auto refuse = [](std::span<const std::byte>) { throw ClientGone(); };
    EXPECT_THROW(files_->read_folder_as_tar("/", refuse), ClientGone);
    EXPECT_THROW(files_->read_file("home/anna/large.bin", 0, 5 << 20, refuse), ClientGone);
    EXPECT_EQ(read("etc/hostname"), "web01\n");
    std::uint64_t size = 0;
    files_->read_folder_as_tar("home/anna/Case", [&](auto bytes) { size += bytes.size(); });
    EXPECT_GE(size, 10'240u);
}

TEST_F(GuestFilesTest, SeveralThreadsTakeTurns) {
    std::vector<std::string> contents(4);
    {
        std::vector<std::jthread> threads;
        for (auto& content : contents)
            threads.emplace_back([&content] { content = read("home/anna/large.bin"); });
    }
    for (auto& content : contents) EXPECT_EQ(content, content_on_host("home/anna/large.bin"));
}

}  // namespace
}  // namespace holdfast::guest
