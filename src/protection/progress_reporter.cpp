#include "protection/progress_reporter.hpp"

#include <spdlog/spdlog.h>

namespace holdfast::protection {

ProgressReporter::ProgressReporter(const Progress& progress, std::function<void(const Progress&)> report)
    : progress_(progress), report_(std::move(report)), thread_([this](std::stop_token stop) { run(stop); }) {}

ProgressReporter::~ProgressReporter() {
    thread_.request_stop();
    thread_.join();
}

void ProgressReporter::run(std::stop_token stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        wake_.wait_for(lock, stop, std::chrono::seconds(1), [] { return false; });
        if (stop.stop_requested()) return;
        try {
            report_(progress_);
        } catch (const std::exception& error) {
            spdlog::warn("Progress could not be stored: {}", error.what());
        }
    }
}

}  // namespace holdfast::protection
