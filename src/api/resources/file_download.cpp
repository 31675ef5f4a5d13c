#include "api/resources/file_download.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "api/routing/uri.hpp"
#include "base/error.hpp"

namespace holdfast::api {
namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

http::Response download_folder(std::shared_ptr<protection::FileMount> mount, const guest::Entry& folder,
                               const std::string& path) {
    http::Response response;
    auto name = folder.name.empty() || folder.name == "/" ? mount->point().vm_name : folder.name;
    response.headers = {{"Content-Type", "application/x-tar"},
                        {"Content-Disposition", content_disposition(name + ".tar")}};
    response.body = http::StreamedBody{std::nullopt, [mount, path](http::BodyWriter& writer) {
                                           mount->files().read_folder_as_tar(path, [&](auto bytes) {
                                               mount->touch();
                                               writer.write(bytes);
                                           });
                                       }};
    return response;
}

}  // namespace

RangeKind parse_range(std::string_view header, std::uint64_t size, ByteRange& part) {
    constexpr std::string_view unit = "bytes=";
    if (!header.starts_with(unit) || header.find(',') != std::string_view::npos) return RangeKind::whole;
    header.remove_prefix(unit.size());
    auto dash = header.find('-');
    if (dash == std::string_view::npos) return RangeKind::whole;
    auto first = parse_number(header.substr(0, dash));
    auto last = parse_number(header.substr(dash + 1));
    bool from_end = dash == 0;
    if (from_end) {
        if (!last) return RangeKind::whole;
        if (*last == 0 || size == 0) return RangeKind::outside;
        part.length = std::min(*last, size);
        part.offset = size - part.length;
        return RangeKind::part;
    }
    bool open_end = dash + 1 == header.size();
    if (!first || (!last && !open_end) || (last && *last < *first)) return RangeKind::whole;
    if (*first >= size) return RangeKind::outside;
    part.offset = *first;
    part.length = (last ? std::min(*last, size - 1) : size - 1) - *first + 1;
    return RangeKind::part;
}

std::string content_disposition(std::string_view file_name) {
    std::string plain;
    for (char c : file_name) {
        bool is_plain = static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7f &&
                        c != '"' && c != '\\';
        plain += is_plain ? c : '_';
    }
    return fmt::format("attachment; filename=\"{}\"; filename*=UTF-8''{}", plain, percent_encode(file_name));
}

http::Response download(std::shared_ptr<protection::FileMount> mount, const std::string& path,
                        std::string_view range) {
    auto entry = mount->files().stat(path);
    if (entry.kind == guest::EntryKind::directory) return download_folder(std::move(mount), entry, path);
    if (entry.kind != guest::EntryKind::file)
        throw Error(ErrorKind::not_supported,
                    fmt::format("{} is neither a file nor a folder and has no content", path));
    http::Response response;
    ByteRange part{0, entry.size};
    auto kind = parse_range(range, entry.size, part);
    if (kind == RangeKind::outside) {
        response.status = 416;
        response.headers = {{"Content-Range", fmt::format("bytes */{}", entry.size)}};
        return response;
    }
    response.headers = {{"Content-Type", "application/octet-stream"},
                        {"Content-Disposition", content_disposition(entry.name)},
                        {"Accept-Ranges", "bytes"}};
    if (kind == RangeKind::part) {
        response.status = 206;
        response.headers.emplace_back(
            "Content-Range",
            fmt::format("bytes {}-{}/{}", part.offset, part.offset + part.length - 1, entry.size));
    }
    response.body =
        http::StreamedBody{part.length, [mount, path, part](http::BodyWriter& writer) {
                               mount->files().read_file(path, part.offset, part.length, [&](auto bytes) {
                                   mount->touch();
                                   writer.write(bytes);
                               });
                           }};
    return response;
}

}  // namespace holdfast::api
