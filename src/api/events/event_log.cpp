#include "api/events/event_log.hpp"

#include <array>
#include <charconv>

#include "base/random.hpp"
#include "base/text.hpp"

namespace holdfast::api {

EventLog::EventLog() {
    std::array<std::byte, 8> name{};
    fill_random(name);
    name_ = to_hex(name);
}

void EventLog::append(std::vector<Change> changes) {
    end_ += changes.size();
    for (auto& change : changes) events_.push_back(std::move(change));
    while (events_.size() > most) events_.pop_front();
}

std::string EventLog::id_of(std::uint64_t number) const {
    return name_ + "-" + std::to_string(number);
}

std::optional<std::uint64_t> EventLog::after(std::string_view id) const {
    if (!id.starts_with(name_ + "-")) return std::nullopt;
    id.remove_prefix(name_.size() + 1);
    std::uint64_t number = 0;
    auto [stop, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    bool is_known =
        error == std::errc() && stop == id.data() + id.size() && number + 1 >= begin() && number < end();
    if (!is_known) return std::nullopt;
    return number + 1;
}

}  // namespace holdfast::api
