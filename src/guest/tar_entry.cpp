#include "guest/tar_entry.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdint>

namespace holdfast::guest {
namespace {

constexpr std::size_t block_size = 512;
constexpr std::size_t link_field = 100;

std::size_t padding_of(std::uint64_t size) {
    return static_cast<std::size_t>((block_size - size % block_size) % block_size);
}

void put(std::string& block, std::size_t at, std::string_view text) {
    std::ranges::copy(text, block.begin() + static_cast<std::ptrdiff_t>(at));
}

// Octal digits where they fit, else the base-256 form that GNU tar introduced.
void put_number(std::string& block, std::size_t at, std::size_t width, std::uint64_t number) {
    auto digits = fmt::format("{:0{}o}", number, width - 1);
    if (digits.size() < width) return put(block, at, digits);
    for (std::size_t i = width; i-- > 1; number >>= 8) block[at + i] = static_cast<char>(number & 0xff);
    block[at] = static_cast<char>(0x80);
}

struct Header {
    std::string_view name;
    char type = '0';
    std::uint64_t size = 0;
    std::uint64_t mode = 0600;
    std::uint64_t user = 0;
    std::uint64_t group = 0;
    std::uint64_t modified = 0;
    std::string_view link{};
};

std::string block_of(const Header& header) {
    std::string block(block_size, '\0');
    put(block, 0, header.name);
    put_number(block, 100, 8, header.mode);
    put_number(block, 108, 8, header.user);
    put_number(block, 116, 8, header.group);
    put_number(block, 124, 12, header.size);
    put_number(block, 136, 12, header.modified);
    put(block, 148, "        ");
    block[156] = header.type;
    put(block, 157, header.link.substr(0, link_field));
    put(block, 257, std::string_view("ustar\00000", 8));
    std::uint64_t sum = 0;
    for (char c : block) sum += static_cast<unsigned char>(c);
    put(block, 148, fmt::format("{:06o}", sum));
    block[154] = '\0';
    return block;
}

std::string member(const Header& header, const std::string& content) {
    return block_of(header) + content + std::string(padding_of(content.size()), '\0');
}

// "<length> <key>=<value>\n", where the length counts its own digits.
std::string pax_record(const std::string& key, const std::string& value) {
    auto rest = key.size() + value.size() + 3;
    auto length = rest + 1;
    while (length != rest + fmt::format("{}", length).size()) ++length;
    return fmt::format("{} {}={}\n", length, key, value);
}

}  // namespace

std::string tar_header(const FileStat& stat, const std::string& link_target,
                       const ExtendedAttributes& attributes) {
    auto seconds = std::max<std::int64_t>(stat.st_mtime_sec, 0);
    std::string records = pax_record("mtime", fmt::format("{}.{:09}", seconds, stat.st_mtime_nsec));
    for (const auto& [name, value] : attributes) {
        // A key ends at "=", and GNU tar writes the two bytes so.
        std::string key;
        for (char c : name) key += c == '=' ? "%3D" : c == '%' ? "%25" : std::string(1, c);
        records += pax_record("SCHILY.xattr." + key, value);
    }
    bool is_link = S_ISLNK(static_cast<mode_t>(stat.st_mode));
    std::string text = member({.name = "pax", .type = 'x', .size = records.size()}, records);
    if (is_link && link_target.size() > link_field)
        text += member({.name = "././@LongLink", .type = 'K', .size = link_target.size() + 1},
                       link_target + '\0');
    text +=
        block_of({.name = "entry",
                  .type = is_link ? '2' : '0',
                  .size = is_link ? 0 : static_cast<std::uint64_t>(std::max<std::int64_t>(stat.st_size, 0)),
                  .mode = static_cast<std::uint64_t>(stat.st_mode) & 07777U,
                  .user = static_cast<std::uint64_t>(stat.st_uid),
                  .group = static_cast<std::uint64_t>(stat.st_gid),
                  .modified = static_cast<std::uint64_t>(seconds),
                  .link = is_link ? std::string_view(link_target) : std::string_view()});
    return text;
}

std::string tar_end(std::uint64_t size) {
    return std::string(padding_of(size) + 2 * block_size, '\0');
}

}  // namespace holdfast::guest
