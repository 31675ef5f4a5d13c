#include "http/worker_pool.hpp"

namespace holdfast::http {

bool WorkerPool::submit(Job job) {
    std::lock_guard lock(mutex_);
    if (finishing_) return false;
    bool thread_waits = idle_ > queue_.size();
    bool may_grow = threads_.size() < max_threads_;
    if (!thread_waits && !may_grow && queue_.size() >= max_queued_) return false;
    queue_.push_back(std::move(job));
    if (!thread_waits && may_grow) threads_.emplace_back([this] { work(); });
    changed_.notify_one();
    return true;
}

void WorkerPool::finish() {
    std::vector<std::thread> threads;
    {
        std::lock_guard lock(mutex_);
        finishing_ = true;
        threads.swap(threads_);
        changed_.notify_all();
    }
    for (auto& thread : threads) thread.join();
}

void WorkerPool::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        ++idle_;
        changed_.wait(lock, [this] { return !queue_.empty() || finishing_; });
        --idle_;
        if (queue_.empty()) return;
        Job job = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        job();
        job = nullptr;  // what it holds is released before the thread waits again
        lock.lock();
    }
}

}  // namespace holdfast::http
