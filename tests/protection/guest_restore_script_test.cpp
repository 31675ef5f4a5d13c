// The script that puts files back inside a guest, run here in a folder, under each shell that guests have.
#include "protection/guest_restore_script.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/file.hpp"
#include "base/process.hpp"

namespace holdfast::protection {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
namespace fs = std::filesystem;

struct End {
    int status;
    std::string output;
};

class GuestRestoreScript : public testing::TestWithParam<std::vector<std::string>> {
  protected:
    void SetUp() override {
        fs::create_directories(target_);
        fs::create_directories(made_ / "folder/sub");
        fs::create_directories(made_ / "folder/.hidden");
        write(made_ / "folder/sub/file", "restored");
        write(made_ / "folder/.hidden/file", "restored");
        write(made_ / "folder/two\nlines", "restored");
        write(made_ / "folder/\xff", "restored");
        fs::create_symlink("/etc/passwd", made_ / "folder/link");
        write(made_ / "entry", "restored");
        fs::permissions(made_ / "entry", fs::perms(0750));
        run_command({"tar", "-C", made_ / "folder", "-cf", made_ / "folder.tar", "."}, 30s);
        run_command({"tar", "-C", made_, "-cf", made_ / "file.tar", "entry"}, 30s);
        write(made_ / "whole", "");
    }

    static void write(const fs::path& path, std::string_view text) { std::ofstream(path) << text; }
    static std::string read(const fs::path& path) { return read_file(path, 1 << 20); }

    End put(const std::string& archive, const std::string& present, const fs::path& folder,
            const std::string& name) {
        UniqueFd input(::open((made_ / (archive + ".tar")).c_str(), O_RDONLY | O_CLOEXEC));
        auto command = GetParam();
        for (const auto& argument :
             {std::string("-c"), std::string(guest_restore_script), std::string("holdfast"),
              std::string("id"), archive, present, quoted_for_guest(folder.string()), quoted_for_guest(name),
              quoted_for_guest("beside")})
            command.push_back(argument);
        auto process =
            Process::start(command, {.environment = {{"HOLDFAST_WHOLE", (made_ / "whole").string()}},
                                     .input_descriptor = input.get()});
        auto status = process.wait(60s);
        return {status.value_or(-1), process.output()};
    }
    End put(const std::string& archive, const std::string& present, const std::string& name = "name") {
        return put(archive, present, target_, name);
    }

    std::vector<std::string> names() const {
        std::vector<std::string> found;
        for (const auto& entry : fs::directory_iterator(target_)) found.push_back(entry.path().filename());
        std::ranges::sort(found);
        return found;
    }

    TemporaryDirectory folder_;
    const fs::path made_ = folder_.path() / "made";
    const fs::path target_ = folder_.path() / "target";
};

TEST_P(GuestRestoreScript, AFileGetsItsPlaceAndItsMode) {
    EXPECT_EQ(put("file", "overwrite").status, guest_restore_status::in_place);
    EXPECT_EQ(read(target_ / "name"), "restored");
    EXPECT_EQ(fs::status(target_ / "name").permissions(), fs::perms(0750));
    write(target_ / "name", "of today");
    EXPECT_EQ(put("file", "overwrite").status, guest_restore_status::in_place);
    EXPECT_EQ(read(target_ / "name"), "restored");
    EXPECT_THAT(names(), ElementsAre("name"));
}

TEST_P(GuestRestoreScript, WhatIsThereIsKept) {
    write(target_ / "name", "of today");
    EXPECT_EQ(put("file", "keep").status, guest_restore_status::beside);
    EXPECT_EQ(read(target_ / "name"), "of today");
    EXPECT_EQ(read(target_ / "beside"), "restored");
    EXPECT_EQ(put("file", "keep").status, guest_restore_status::failed) << "both names are taken";
    EXPECT_THAT(names(), ElementsAre("beside", "name"));
}

TEST_P(GuestRestoreScript, AnyNameIsAName) {
    for (const std::string& name : {std::string("two\nlines\n"), std::string("-rf"),
                                    std::string("\xff$(x)'\"\\0101*"), std::string(255, 'x')}) {
        EXPECT_EQ(put("file", "overwrite", name).status, guest_restore_status::in_place) << name;
        EXPECT_EQ(read(target_ / name), "restored") << name;
    }
    EXPECT_EQ(put("file", "overwrite", std::string(4096, 'x')).status, guest_restore_status::failed);
    EXPECT_EQ(names().size(), 4U);
}

TEST_P(GuestRestoreScript, LinksAreNotFollowed) {
    write(folder_.path() / "outside", "outside");
    fs::create_directory_symlink(target_, folder_.path() / "leads-there");
    auto refused = put("file", "overwrite", folder_.path() / "leads-there", "name");
    EXPECT_EQ(refused.status, guest_restore_status::failed);
    EXPECT_THAT(refused.output, HasSubstr("symbolic link"));
    EXPECT_TRUE(names().empty());
    EXPECT_EQ(put("file", "overwrite", target_ / "../target", "name").status, guest_restore_status::failed);

    fs::create_symlink("../outside", target_ / "name");
    EXPECT_EQ(put("file", "overwrite").status, guest_restore_status::in_place);
    EXPECT_EQ(read(folder_.path() / "outside"), "outside");
    EXPECT_FALSE(fs::is_symlink(target_ / "name"));
}

TEST_P(GuestRestoreScript, AFolderThatIsThereKeepsWhatTheArchiveHasNot) {
    EXPECT_EQ(put("folder", "overwrite").status, guest_restore_status::in_place);
    EXPECT_EQ(fs::read_symlink(target_ / "name/link"), "/etc/passwd");
    write(target_ / "name/sub/file", "of today");
    write(target_ / "name/sub/added", "of today");
    fs::remove(target_ / "name/two\nlines");
    fs::remove_all(target_ / "name/.hidden");
    EXPECT_EQ(put("folder", "overwrite").status, guest_restore_status::in_place);
    EXPECT_EQ(read(target_ / "name/sub/file"), "restored");
    EXPECT_EQ(read(target_ / "name/sub/added"), "of today");
    EXPECT_EQ(read(target_ / "name/two\nlines"), "restored");
    EXPECT_EQ(read(target_ / "name/.hidden/file"), "restored");
    EXPECT_THAT(names(), ElementsAre("name"));
}

TEST_P(GuestRestoreScript, AFolderThatLeadsElsewhereNowIsLeftAsItIs) {
    ASSERT_EQ(put("folder", "overwrite").status, guest_restore_status::in_place);
    fs::create_directory(folder_.path() / "outside");
    fs::remove_all(target_ / "name/sub");
    fs::create_directory_symlink(folder_.path() / "outside", target_ / "name/sub");
    auto end = put("folder", "overwrite");
    EXPECT_EQ(end.status, guest_restore_status::some_refused);
    EXPECT_THAT(end.output, HasSubstr("name/sub is no folder now"));
    EXPECT_TRUE(fs::is_empty(folder_.path() / "outside"));
}

TEST_P(GuestRestoreScript, FilesAndFoldersDoNotTakeEachOthersPlace) {
    fs::create_directory(target_ / "name");
    EXPECT_EQ(put("file", "overwrite").status, guest_restore_status::failed);
    fs::remove(target_ / "name");
    write(target_ / "name", "of today");
    EXPECT_EQ(put("folder", "overwrite").status, guest_restore_status::failed);
    EXPECT_EQ(read(target_ / "name"), "of today");
    EXPECT_THAT(names(), ElementsAre("name"));
}

TEST_P(GuestRestoreScript, WhatDoesNotArriveWholeIsNothing) {
    write(target_ / "name", "of today");
    fs::resize_file(made_ / "file.tar", 700);
    EXPECT_EQ(put("file", "overwrite").status, guest_restore_status::failed);
    EXPECT_EQ(put("folder", "overwrite", target_ / "gone", "name").status, guest_restore_status::failed);
    fs::remove(made_ / "whole");
    EXPECT_EQ(put("folder", "overwrite", "folder").status, guest_restore_status::failed);
    EXPECT_EQ(read(target_ / "name"), "of today");
    EXPECT_THAT(names(), ElementsAre("name"));
}

INSTANTIATE_TEST_SUITE_P(Shells, GuestRestoreScript,
                         testing::Values(std::vector<std::string>{"/bin/sh"},
                                         std::vector<std::string>{"bash"},
                                         std::vector<std::string>{"busybox", "sh"}),
                         [](const auto& parameters) {
                             auto name = fs::path(parameters.param.front()).filename().string();
                             return name;
                         });

}  // namespace
}  // namespace holdfast::protection
