// Bounds what many connections hold together.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace holdfast::http {

// Bytes to be shared; outlives its shares. Any thread.
class MemoryBudget {
  public:
    explicit MemoryBudget(std::size_t bytes) : free_(static_cast<std::ptrdiff_t>(bytes)) {}

    // What one holds of it; given back when it goes. One thread at a time.
    class Share {
      public:
        explicit Share(MemoryBudget& budget) : budget_(&budget) {}
        Share(Share&& other) noexcept : budget_(other.budget_), bytes_(std::exchange(other.bytes_, 0)) {}
        ~Share() { budget_->free_ += bytes_; }

        // False, and nothing changes, where there is no room for that much more.
        bool grow_to(std::size_t bytes) {
            auto more = static_cast<std::ptrdiff_t>(bytes) - bytes_;
            if (more <= 0) return true;
            if (budget_->free_.fetch_sub(more) < more) {
                budget_->free_ += more;
                return false;
            }
            bytes_ += more;
            return true;
        }

      private:
        MemoryBudget* budget_;
        std::ptrdiff_t bytes_ = 0;
    };

  private:
    std::atomic<std::ptrdiff_t> free_;
};

}  // namespace holdfast::http
