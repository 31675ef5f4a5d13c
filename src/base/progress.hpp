// How far a long piece of work is: counters that the worker adds to and anybody may read, from any thread.
#pragma once

#include <atomic>
#include <cstdint>

namespace holdfast {

struct Progress {
    std::atomic<std::uint64_t> total_bytes{0};      // what there is to do; may grow while it is found out
    std::atomic<std::uint64_t> processed_bytes{0};  // of those: looked at, skipped holes included
    std::atomic<std::uint64_t> read_bytes{0};       // really read from the source
    std::atomic<std::uint64_t> transferred_bytes{
        0};  // really written to the target, after deduplication and compression

    // 0 to 100; 100 only when all is processed.
    int percent() const {
        std::uint64_t total = total_bytes.load();
        std::uint64_t done = processed_bytes.load();
        if (total == 0) return 0;
        return done >= total ? 100
                             : static_cast<int>(static_cast<double>(done) / static_cast<double>(total) * 100);
    }
};

}  // namespace holdfast
