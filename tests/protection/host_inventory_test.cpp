// What a host has, over libvirt's own test driver: machines, pools, networks and tags in a file.
#include "protection/host_inventory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "catalog/account_scopes.hpp"
#include "error_of.hpp"

namespace holdfast::protection {
namespace {

namespace scope_type = catalog::scope_type;
using testing::ElementsAre;
using testing::IsEmpty;

const Uuid web = *Uuid::parse("11111111-1111-4111-8111-111111111111");
const Uuid db = *Uuid::parse("22222222-2222-4222-8222-222222222222");
const std::string pool = "33333333-3333-4333-8333-333333333333";
const std::string network = "44444444-4444-4444-8444-444444444444";

std::string domain_xml(const std::string& name, const Uuid& uuid, const std::string& tags,
                       const std::string& devices) {
    return "<domain type='test'><name>" + name + "</name><uuid>" + uuid.to_string() +
           "</uuid><metadata><t:tags xmlns:t='urn:holdfast:tags'>" + tags +
           "</t:tags></metadata><memory>8192</memory><os><type>hvm</type></os><devices>" + devices +
           "</devices></domain>";
}

class Inventory : public testing::Test {
  protected:
    Inventory() {
        auto node = folder_.path() / "node.xml";
        write_file_durably(
            node,
            as_bytes("<node>" +
                     domain_xml("web01", web, "<t:tag>Shop</t:tag><t:tag>public</t:tag>",
                                "<disk type='file'><source file='/srv/fast/web01.qcow2'/><target dev='vda'/>"
                                "</disk><interface type='network'><source network='lan'/></interface>") +
                     domain_xml("db01", db, "<t:tag>shop</t:tag>", "") +
                     "<pool type='dir'><name>fast</name><uuid>" + pool +
                     "</uuid><target><path>/srv/fast</path></target></pool><network><name>lan</name><uuid>" +
                     network + "</uuid><ip address='192.0.2.1' netmask='255.255.255.0'/></network></node>"),
            0600);
        host_ = hypervisor::Host::connect("test://" + node.string());
    }

    std::vector<std::string> names(std::string_view type) {
        std::vector<std::string> result;
        for (const auto& object : HostInventory(*host_, {"root", "kvm1"}).objects(type))
            result.push_back(object.name);
        return result;
    }
    std::vector<Uuid> held_by(std::string_view type, const std::string& id) {
        return HostInventory(*host_, {"root", "kvm1"}).machines_in(type, id);
    }

    TemporaryDirectory folder_;
    std::unique_ptr<hypervisor::Host> host_;
};

TEST_F(Inventory, ListsWhatThereIsByName) {
    EXPECT_THAT(names(scope_type::machine), ElementsAre("db01", "web01"));
    EXPECT_THAT(names(scope_type::host), ElementsAre("kvm1"));
    EXPECT_THAT(names(scope_type::storage_pool), ElementsAre("fast"));
    EXPECT_THAT(names(scope_type::network), ElementsAre("lan"));
    EXPECT_EQ(names(scope_type::tag).size(), 2U) << "a tag in two letter cases is one";
    EXPECT_THAT(names("Folder"), IsEmpty());
}

TEST_F(Inventory, TellsWhichMachinesAThingHolds) {
    EXPECT_THAT(held_by(scope_type::host, "root"), testing::UnorderedElementsAre(web, db));
    EXPECT_THAT(held_by(scope_type::storage_pool, pool), ElementsAre(web));
    EXPECT_THAT(held_by(scope_type::network, network), ElementsAre(web));
    EXPECT_THAT(held_by(scope_type::tag, "SHOP"), testing::UnorderedElementsAre(web, db));
    EXPECT_THAT(held_by(scope_type::tag, "public"), ElementsAre(web));
    EXPECT_THAT(held_by(scope_type::tag, "nobody's"), IsEmpty());
    EXPECT_THAT(held_by(scope_type::machine, db.to_string()), ElementsAre(db));
    for (auto type : {scope_type::storage_pool, scope_type::network})
        EXPECT_EQ(error_of([&] { held_by(type, Uuid::random().to_string()); }), ErrorKind::not_found);
}

}  // namespace
}  // namespace holdfast::protection
