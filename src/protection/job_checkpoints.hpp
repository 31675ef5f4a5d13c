// Checkpoints that a job has left in its machines.
#pragma once

#include <cstddef>
#include <span>

#include "catalog/jobs.hpp"
#include "protection/host_connections.hpp"

namespace holdfast::protection {

// Removes the job's checkpoints from these machines: they are of no use without the job, and cost space in
// the images. How many machines could not be reached and keep theirs; why is logged.
std::size_t remove_checkpoints(HostConnections& hosts, const catalog::Job& job,
                               std::span<const catalog::JobObject> objects);

}  // namespace holdfast::protection
