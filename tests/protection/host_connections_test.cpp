#include "protection/host_connections.hpp"

#include <gtest/gtest.h>

#include "base/file.hpp"
#include "error_of.hpp"

namespace holdfast::protection {
namespace {

// Its disks would be looked for among the files of this machine.
TEST(HostConnections, RefuseOtherMachines) {
    TemporaryDirectory folder;
    auto database = catalog::Database::open("sqlite://" + (folder.path() / "catalog.db").string());
    auto secrets = SecretBox::open(folder.path() / "key");
    Environment environment{*database, secrets, "me", folder.path() / "run"};
    HostConnections hosts(environment);
    for (auto uri :
         {"qemu+ssh://root@127.0.0.1/system", "qemu+tls://kvm2/system", "qemu://localhost/system", "kvm2"})
        EXPECT_EQ(error_of([&] { hosts.add("kvm2", "", uri); }), ErrorKind::not_supported) << uri;
    // One that an earlier version has taken is not worked on, but can be removed.
    catalog::ManagedServers servers(*database);
    const catalog::ManagedServer kept{
        Uuid::random(), Uuid::random(), "kvm2", "", "qemu+ssh://kvm2/system", "h"};
    servers.add(kept);
    EXPECT_EQ(error_of([&] { hosts.connect(kept.id); }), ErrorKind::not_supported);
    hosts.remove(kept.id);
    EXPECT_FALSE(servers.find(kept.id));
}

}  // namespace
}  // namespace holdfast::protection
