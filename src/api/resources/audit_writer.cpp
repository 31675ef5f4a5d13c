#include "api/resources/audit_writer.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace holdfast::api {

void AuditWriter::write(catalog::AuditEvent event) {
    std::unique_lock lock(mutex_);
    waiting_.push_back(std::move(event));
    const auto number = ++last_;
    while (written_ < number) {
        if (is_writing_)
            written_more_.wait(lock);
        else
            write_waiting(lock);
    }
}

// Whoever finds nobody writing does it for all that wait.
void AuditWriter::write_waiting(std::unique_lock<std::mutex>& lock) {
    is_writing_ = true;
    const auto events = std::exchange(waiting_, {});
    const auto up_to = last_;
    lock.unlock();
    try {
        log_.add(events);
    } catch (const std::exception& error) {
        for (const auto& event : events)
            spdlog::error("The audit log lacks {} of {} from {}, answered with {}: {}", event.operation,
                          event.account, event.address, event.status, error.what());
    }
    lock.lock();
    is_writing_ = false;
    written_ = up_to;
    written_more_.notify_all();
}

}  // namespace holdfast::api
