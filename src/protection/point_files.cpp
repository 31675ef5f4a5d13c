#include "protection/point_files.hpp"

#include <shared_mutex>

#include "protection/point_disks.hpp"

namespace holdfast::protection {

PointFiles::PointFiles(const Environment& environment, OpenRepositories& repositories,
                       const catalog::VmRestorePoint& point, std::stop_token stop) {
    auto gate = repositories.gate(point.repository);
    std::shared_lock in_use(*gate);  // the exports then hold locks of the repository itself
    sockets_ = std::make_unique<TemporaryDirectory>(environment.run_directory);
    auto saved = disks_of(environment, repositories, point);
    repository_ = saved.repository;
    std::vector<disk::NbdAddress> disks;
    for (std::size_t i = 0; i < saved.disks.size(); ++i) {
        auto socket = sockets_->path() / (saved.description.disks[i].target + ".sock");
        exports_.push_back(disk::RestorePointExport::start(saved.disks[i], socket));
        disks.push_back(exports_.back().address());
    }
    files_ = guest::GuestFiles::open(disks, stop);
}

}  // namespace holdfast::protection
