#include "protection/run_session.hpp"

#include <algorithm>
#include <numeric>

namespace holdfast::protection {

void RunSession::progressed(std::size_t machine, int percent) {
    std::lock_guard lock(mutex_);
    percents_[machine] = std::max(percents_[machine], percent);
    auto sum = std::accumulate(percents_.begin(), percents_.end(), std::size_t{0});
    session_.progress = static_cast<int>(sum / percents_.size());
    sessions_.update(session_);
}

void RunSession::made_point(const Uuid& restore_point) {
    std::lock_guard lock(mutex_);
    if (session_.restore_point == restore_point) return;
    session_.restore_point = restore_point;
    sessions_.update(session_);
}

void RunSession::stopping() {
    std::lock_guard lock(mutex_);
    if (session_.state == catalog::state::stopping) return;
    session_.state = catalog::state::stopping;
    sessions_.update(session_);
}

}  // namespace holdfast::protection
