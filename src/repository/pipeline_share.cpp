#include "repository/pipeline_share.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "repository/parallel.hpp"

namespace holdfast::repository {
namespace {

// Guards all pipelines.
std::mutex mutex;
std::condition_variable changed;
unsigned pipelines = 0;

unsigned share() {
    return std::max(1U, worker_count() / std::max(1U, pipelines));
}

}  // namespace

PipelineShare::PipelineShare() {
    std::lock_guard lock(mutex);
    ++pipelines;
}

PipelineShare::~PipelineShare() {
    std::lock_guard lock(mutex);
    --pipelines;
    changed.notify_all();
}

void PipelineShare::wait_for_turn(unsigned worker) {
    if (worker == 0) return;
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return finished_ || worker < share(); });
}

void PipelineShare::finish() {
    std::lock_guard lock(mutex);
    finished_ = true;
    changed.notify_all();
}

}  // namespace holdfast::repository
