#include "repository/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "base/cancellation.hpp"
#include "repository/first_error.hpp"

namespace holdfast::repository {

unsigned worker_count() {
    return std::clamp(std::thread::hardware_concurrency(), 2u, 8u);
}

void for_each_parallel(std::size_t count, unsigned threads, const std::stop_token& stop,
                       const std::function<void(std::size_t)>& task) {
    std::atomic<std::size_t> next{0};
    FirstError error;
    auto work = [&, outer = StopScope::current()] {
        StopScope scope(outer);
        try {
            for (std::size_t i = next++; i < count && !error.happened(); i = next++) {
                throw_if_stopped(stop);
                task(i);
            }
        } catch (...) {
            error.keep_current();
        }
    };
    {
        std::vector<std::jthread> workers;
        for (unsigned i = 0; i < std::min<std::size_t>(threads, count); ++i) workers.emplace_back(work);
    }
    error.rethrow_if_any();
}

}  // namespace holdfast::repository
