// Plain threads for work that may block: started when they are needed, up to a limit, and kept.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace holdfast::http {

class WorkerPool {
  public:
    using Job = std::move_only_function<void()>;

    // `max_queued` jobs may wait when all threads are busy; more are refused.
    WorkerPool(std::size_t max_threads, std::size_t max_queued)
        : max_threads_(max_threads), max_queued_(max_queued) {}
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;
    // Runs what is queued, then waits for every job to end.
    ~WorkerPool() { finish(); }

    // False when the pool is full or finished: the job is not taken. A job must not throw. Any thread.
    bool submit(Job job);
    // Takes no more jobs, runs what is queued, and waits for the threads. Once, not from a job.
    void finish();

  private:
    void work();

    const std::size_t max_threads_;
    const std::size_t max_queued_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> queue_;
    std::vector<std::thread> threads_;
    std::size_t idle_ = 0;
    bool finishing_ = false;
};

}  // namespace holdfast::http
