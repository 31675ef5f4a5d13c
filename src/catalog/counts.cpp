#include "catalog/counts.hpp"

namespace holdfast::catalog {
namespace {

constexpr std::uint64_t long_list = 10'000;
constexpr std::chrono::seconds lifetime{10};
constexpr std::size_t most_lists = 500;
constexpr std::size_t longest_name = 4096;

}  // namespace

std::uint64_t Counts::find_or(const std::string& list, const std::function<std::uint64_t()>& count) {
    if (list.size() > longest_name) return count();
    {
        std::lock_guard lock(mutex_);
        auto found = long_lists_.find(list);
        if (found != long_lists_.end() && Clock::now() - found->second.when < lifetime)
            return found->second.count;
    }
    auto counted = count();
    std::lock_guard lock(mutex_);
    if (long_lists_.size() >= most_lists) long_lists_.clear();
    if (counted >= long_list)
        long_lists_.insert_or_assign(list, Counted{counted, Clock::now()});
    else
        long_lists_.erase(list);
    return counted;
}

}  // namespace holdfast::catalog
