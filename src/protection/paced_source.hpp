// A disk that is read no faster than a rate, which others may share.
#pragma once

#include <stop_token>

#include "base/rate_limit.hpp"
#include "repository/block_device.hpp"

namespace holdfast::protection {

class PacedSource : public repository::BlockSource {
  public:
    PacedSource(repository::BlockSource& source, RateLimit& rate, std::stop_token stop)
        : source_(source), rate_(rate), stop_(std::move(stop)) {}

    std::uint64_t size() const override { return source_.size(); }
    std::vector<repository::Extent> data_extents() override { return source_.data_extents(); }
    void read(std::uint64_t offset, std::span<std::byte> into) override {
        rate_.take(into.size(), stop_);
        source_.read(offset, into);
    }

  private:
    repository::BlockSource& source_;
    RateLimit& rate_;
    const std::stop_token stop_;
};

}  // namespace holdfast::protection
