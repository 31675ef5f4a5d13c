#include "repository/pipeline_share.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "repository/parallel.hpp"

namespace holdfast::repository {
namespace {

TEST(PipelineShare, OneAloneHasAllWorkers) {
    PipelineShare alone;
    for (unsigned worker = 0; worker < worker_count(); ++worker) alone.wait_for_turn(worker);
}

TEST(PipelineShare, EachAlwaysHasOne) {
    std::vector<std::unique_ptr<PipelineShare>> many;
    for (unsigned i = 0; i < 3 * worker_count(); ++i) many.push_back(std::make_unique<PipelineShare>());
    for (auto& one : many) one->wait_for_turn(0);
}

TEST(PipelineShare, GrowsWhenAnotherEnds) {
    PipelineShare stays;
    std::optional<PipelineShare> goes;
    goes.emplace();
    std::atomic<bool> gone = false;
    std::jthread last([&] {
        stays.wait_for_turn(worker_count() - 1);
        EXPECT_TRUE(gone);
    });
    gone = true;
    goes.reset();
}

TEST(PipelineShare, NobodyWaitsAtTheEnd) {
    PipelineShare ends;
    PipelineShare another;
    std::jthread last([&] { ends.wait_for_turn(worker_count() - 1); });
    ends.finish();
}

}  // namespace
}  // namespace holdfast::repository
