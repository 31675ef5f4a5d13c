// The last changes, in their order and with the ids by which clients name them.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/events/change_finder.hpp"

namespace holdfast::api {

// Numbers go up by one. One thread.
class EventLog {
  public:
    static constexpr std::size_t most = 1'000;

    EventLog();

    void append(std::vector<Change> changes);
    // The oldest number that is kept, and the one that comes next.
    std::uint64_t begin() const { return end_ - events_.size(); }
    std::uint64_t end() const { return end_; }
    const Change& at(std::uint64_t number) const { return events_.at(number - begin()); }

    // "5f0e9c31a2b4d687-42": no other log, of this or another run, has an id like it.
    std::string id_of(std::uint64_t number) const;
    // The number after that id; nothing where it is not known any more what came after it.
    std::optional<std::uint64_t> after(std::string_view id) const;

  private:
    std::string name_;
    std::deque<Change> events_;
    std::uint64_t end_ = 1;
};

}  // namespace holdfast::api
