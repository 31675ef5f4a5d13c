#include "protection/machine_storages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::protection {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> storages(const std::vector<std::string>& files,
                                  const std::vector<std::string>& pools) {
    std::vector<hypervisor::DomainDisk> disks;
    for (const auto& file : files) disks.push_back({.target = "vda", .source = file});
    std::vector<hypervisor::StoragePool> known;
    for (const auto& path : pools) known.push_back({.name = path, .uuid = Uuid::random(), .path = path});
    return storages_of(disks, known);
}

TEST(MachineStorages, DisksOfOnePoolAreOnOneStorage) {
    EXPECT_THAT(storages({"/pool/a/one.qcow2", "/pool/b/two.qcow2"}, {"/pool"}), ElementsAre("/pool"));
}

TEST(MachineStorages, TheInnermostPoolCounts) {
    EXPECT_THAT(storages({"/pool/fast/one.qcow2", "/pool/two.qcow2"}, {"/pool/fast", "/pool"}),
                ElementsAre("/pool/fast", "/pool"));
    EXPECT_THAT(storages({"/pool/fast/one.qcow2"}, {"/pool", "/pool/fast"}), ElementsAre("/pool/fast"));
}

TEST(MachineStorages, OutsideOfPoolsTheFolderOrVolumeGroupCounts) {
    EXPECT_THAT(storages({"/images/one.raw", "/images/two.raw", "/dev/vg0/web"}, {"/pool", ""}),
                ElementsAre("/images", "/dev/vg0"));
    EXPECT_THAT(storages({"/pool2/one.raw"}, {"/pool"}), ElementsAre("/pool2"));
}

TEST(MachineStorages, WhatIsNoFileHereIsNotCounted) {
    EXPECT_THAT(storages({""}, {"/"}), IsEmpty());
}

}  // namespace
}  // namespace holdfast::protection
