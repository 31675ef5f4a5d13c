#include "protection/job_checkpoints.hpp"

#include <spdlog/spdlog.h>

#include "base/error.hpp"
#include "protection/vm_backup.hpp"

namespace holdfast::protection {

std::size_t remove_checkpoints(HostConnections& hosts, const catalog::Job& job,
                               std::span<const catalog::JobObject> objects) {
    std::size_t left = 0;
    for (const auto& object : objects) {
        try {
            auto& host = hosts.connect(object.server);
            for (const auto& name : host.checkpoints(object.domain))
                if (name.starts_with(checkpoint_prefix(job.id))) host.delete_checkpoint(object.domain, name);
        } catch (const Error& error) {
            spdlog::warn("Checkpoints of the job {} are left on {}: {}", job.name, object.name, error.what());
            ++left;
        }
    }
    return left;
}

}  // namespace holdfast::protection
