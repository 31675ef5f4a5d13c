#include "protection/system_work.hpp"

#include <spdlog/spdlog.h>

namespace holdfast::protection {
namespace {

template <typename Write>
void write_down(const std::string& name, Write write) {
    try {
        write();
    } catch (const std::exception& error) {
        spdlog::warn("What happens in the system session {} cannot be kept: {}", name, error.what());
    }
}

}  // namespace

SystemWork::SystemWork(const Environment& environment, std::string_view kind, std::string name)
    : sessions_(environment.database) {
    session_.id = Uuid::random();
    session_.kind = kind;
    session_.name = std::move(name);
    session_.owner = environment.owner;
}

SystemWork::~SystemWork() {
    end(catalog::result::failed, "It ended before it was done; the log of the server may say why.");
}

void SystemWork::tell(const std::string& message) {
    spdlog::info("{}: {}", session_.name, message);
    write_down(session_.name, [&] {
        if (!is_open_) {
            session_.created = now();
            sessions_.start(session_);
            is_open_ = true;
        }
        sessions_.add_event(session_.id, {now(), message, ++events_});
    });
}

void SystemWork::fail(const Error& error) {
    session_.is_cancelled = error.kind() == ErrorKind::cancelled;
    end(error.kind() == ErrorKind::conflict ? catalog::result::warning : catalog::result::failed,
        error.what());
}

void SystemWork::end(std::string_view result, const std::string& message) {
    if (!is_open_) return;
    is_open_ = false;
    session_.ended = now();
    session_.result = result;
    session_.message = message;
    write_down(session_.name, [&] { sessions_.end(session_); });
}

}  // namespace holdfast::protection
