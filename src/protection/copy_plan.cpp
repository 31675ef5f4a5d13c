#include "protection/copy_plan.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "catalog/managed_servers.hpp"

namespace holdfast::protection {
namespace {

using Machine = std::pair<Uuid, Uuid>;  // its host's hierarchy root, and its own id

class CopyPlan {
  public:
    CopyPlan(catalog::Database& database, const catalog::Job& job)
        : job_(job), points_(database), servers_(database) {}

    std::vector<MachineToCopy> make() {
        for (const auto& source : job_.sources)
            for (const auto& backup : points_.list_backups_of_job(source.job))
                for (const auto& point : points_.list_vm_points_in_backup(backup.id)) add(point, source.job);
        for (const auto& object : job_.objects)
            for (const auto& point : points_.list_backed_up(object.hierarchy_root, object.domain))
                add(point, job_of(point.backup));
        auto copied = newest_copies();
        for (auto& machine : machines_) {
            auto last = copied.find({machine.hierarchy_root, machine.domain});
            choose(machine, last == copied.end() ? std::nullopt : std::optional(last->second));
        }
        return std::move(machines_);
    }

  private:
    void add(const catalog::VmRestorePoint& point, const Uuid& source_job) {
        if (point.repository == job_.repository) return;
        Machine key{point.hierarchy_root, point.domain};
        auto [known, is_new] = places_.try_emplace(key, machines_.size());
        if (is_new) {
            auto server = servers_.find_by_hierarchy_root(point.hierarchy_root);
            machines_.push_back(
                {server ? server->id : Uuid(), point.hierarchy_root, point.domain, point.vm_name, {}});
        }
        machines_[known->second].points.push_back({point, source_job});
    }

    Uuid job_of(const Uuid& backup) {
        auto [known, is_new] = jobs_.try_emplace(backup);
        if (is_new)
            if (auto found = points_.find_backup(backup)) known->second = found->job;
        return known->second;
    }

    std::map<Machine, Timestamp> newest_copies() {
        std::map<Machine, Timestamp> newest;
        for (const auto& backup : points_.list_backups_of_job(job_.id))
            if (backup.repository == job_.repository)
                for (const auto& point : points_.list_vm_points_in_backup(backup.id))
                    newest.try_emplace({point.hierarchy_root, point.domain}, point.created);  // newest first
        return newest;
    }

    void choose(MachineToCopy& machine, const std::optional<Timestamp>& last) const {
        auto& points = machine.points;
        std::ranges::sort(points, {}, [](const PointToCopy& one) { return one.point.created; });
        // A machine that is an object and in a linked job has its points twice.
        auto same = std::ranges::unique(points, {}, [](const PointToCopy& one) { return one.point.id; });
        points.erase(same.begin(), same.end());
        machine.name = points.back().point.vm_name;
        if (!last || job_.type == catalog::JobType::backup_copy)
            points.erase(points.begin(), points.end() - 1);
        if (last) std::erase_if(points, [&](const PointToCopy& one) { return one.point.created <= *last; });
    }

    const catalog::Job& job_;
    catalog::RestorePoints points_;
    catalog::ManagedServers servers_;
    std::map<Machine, std::size_t> places_;
    std::map<Uuid, Uuid> jobs_;  // by backup
    std::vector<MachineToCopy> machines_;
};

}  // namespace

std::vector<MachineToCopy> plan_copy(catalog::Database& database, const catalog::Job& job) {
    return CopyPlan(database, job).make();
}

}  // namespace holdfast::protection
