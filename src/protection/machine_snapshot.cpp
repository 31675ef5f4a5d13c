#include "protection/machine_snapshot.hpp"

#include <boost/describe.hpp>
#include <boost/json.hpp>

#include "base/error.hpp"

namespace holdfast::protection {

BOOST_DESCRIBE_STRUCT(SavedDisk, (), (target, format, source, size))
BOOST_DESCRIBE_STRUCT(MachineDescription, (),
                      (version, name, domain_id, host, job_id, restore_point_id, consistency, has_nvram,
                       disks))

namespace {

constexpr std::size_t description_limit = 4 << 20;
constexpr std::size_t domain_xml_limit = 16 << 20;

}  // namespace

std::string to_json(const MachineDescription& description) {
    return boost::json::serialize(boost::json::value_from(description)) + '\n';
}

MachineDescription description_from_json(const std::string& text) {
    try {
        auto description = boost::json::value_to<MachineDescription>(boost::json::parse(text));
        if (description.version != 1)
            throw Error(ErrorKind::not_supported, "The restore point was written by a newer Holdfast")
                .advise("Update Holdfast, then restore it.");
        return description;
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) {
        throw Error(
            ErrorKind::corrupt,
            std::string("The description of the machine in the snapshot cannot be read: ") + error.what());
    }
}

std::string folder_name(const std::string& machine_name) {
    std::string name = machine_name;
    for (char& c : name)
        if (c == '/' || static_cast<unsigned char>(c) < 0x20) c = '_';
    if (name.empty() || name == "." || name == "..") name = "_" + name;
    return name;
}

MachineDescription read_description(repository::Repository& repository,
                                    const repository::SnapshotId& snapshot, const std::string& machine_name) {
    return description_from_json(
        repository.read_file(snapshot, MachinePaths(machine_name).description(), description_limit));
}

std::string read_domain_xml(repository::Repository& repository, const repository::SnapshotId& snapshot,
                            const std::string& machine_name) {
    return repository.read_file(snapshot, MachinePaths(machine_name).domain_xml(), domain_xml_limit);
}

std::vector<std::string> snapshot_tags(const Uuid& job, const Uuid& domain, const Uuid& session) {
    return {"holdfast", "job:" + job.to_string(), "vm:" + domain.to_string(), session_tag(session)};
}

std::string session_tag(const Uuid& session) {
    return "session:" + session.to_string();
}

}  // namespace holdfast::protection
