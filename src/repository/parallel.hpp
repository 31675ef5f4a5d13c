// The same work on many items by a few threads.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

namespace holdfast::repository {

// What CPU-bound stages use: two to eight threads.
unsigned worker_count();

// Runs task(0) to task(count - 1), each once, in ascending order of their starts. Returns when all have
// ended. The first failure, or a request to stop, keeps further items from starting and is thrown here.
void for_each_parallel(std::size_t count, unsigned threads, const std::stop_token& stop,
                       const std::function<void(std::size_t)>& task);

}  // namespace holdfast::repository
