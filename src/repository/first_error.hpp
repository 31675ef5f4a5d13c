// The first failure of several threads that work together.
#pragma once

#include <atomic>
#include <exception>
#include <mutex>

namespace holdfast::repository {

// Any thread.
class FirstError {
  public:
    // To be called in a catch block. Later failures are consequences of the first and are dropped.
    void keep_current() noexcept {
        std::lock_guard guard(mutex_);
        if (!error_) error_ = std::current_exception();
        happened_ = true;
    }
    bool happened() const { return happened_; }
    void rethrow_if_any() {
        std::lock_guard guard(mutex_);
        if (error_) std::rethrow_exception(error_);
    }

  private:
    std::mutex mutex_;
    std::exception_ptr error_;
    std::atomic<bool> happened_{false};
};

}  // namespace holdfast::repository
