#include "app/commands/changed_extents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "disk/extent_list.hpp"

namespace holdfast {
namespace {

constexpr std::size_t file_limit = 256 << 20;

bool take_number(std::string_view& line, std::uint64_t& into) {
    line = trimmed(line);
    auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), into);
    line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    return error == std::errc() && (line.empty() || line.front() == ' ' || line.front() == '\t');
}

}  // namespace

std::vector<repository::Extent> read_changed_extents(const std::filesystem::path& file,
                                                     std::uint64_t disk_size) {
    auto content = read_file(file, file_limit);
    std::vector<repository::Extent> extents;
    std::size_t number = 0;
    for (std::string_view rest = content; !rest.empty();) {
        auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        ++number;
        line = trimmed(line);
        if (line.empty()) continue;
        repository::Extent extent;
        if (!take_number(line, extent.offset) || !take_number(line, extent.length) || !line.empty())
            throw Error(
                ErrorKind::invalid_input,
                fmt::format("Line {} of {} is not \"OFFSET LENGTH\" in bytes", number, file.string()));
        if (extent.offset > disk_size || extent.length > disk_size - extent.offset)
            throw Error(ErrorKind::invalid_input,
                        fmt::format("Line {} of {} lies past the end of the disk", number, file.string()));
        if (extent.length > 0) extents.push_back(extent);
    }
    std::ranges::sort(extents, {}, &repository::Extent::offset);
    disk::ExtentList list;
    std::uint64_t end = 0;  // of what is listed
    for (const auto& extent : extents) {
        auto from = std::max(extent.offset, end);
        auto to = extent.offset + extent.length;
        if (to > from) list.add(from, to - from);
        end = std::max(end, to);
    }
    return list.take();
}

}  // namespace holdfast
