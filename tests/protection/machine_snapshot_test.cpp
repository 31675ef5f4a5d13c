#include "protection/machine_snapshot.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace holdfast::protection {
namespace {

TEST(MachineDescription, ReadsWhatItWrites) {
    MachineDescription description;
    description.name = "web01";
    description.disks = {{"vda", "qcow2", "/images/web01.qcow2", 1 << 30}};
    auto read = description_from_json(to_json(description));
    EXPECT_EQ(read.name, "web01");
    ASSERT_EQ(read.disks.size(), 1u);
    EXPECT_EQ(read.disks[0].size, 1u << 30);
}

TEST(MachineDescription, RefusesWhatItDoesNotKnow) {
    MachineDescription newer;
    newer.version = 2;
    EXPECT_THROW(description_from_json(to_json(newer)), Error);
    EXPECT_THROW(description_from_json("{}"), Error);
    EXPECT_THROW(description_from_json("not json"), Error);
}

TEST(FolderName, CannotLeaveItsPlace) {
    EXPECT_EQ(folder_name("web 01"), "web 01");
    EXPECT_EQ(folder_name(".."), "_..");
    EXPECT_EQ(folder_name("a/../b\n"), "a_.._b_");
}

}  // namespace
}  // namespace holdfast::protection
