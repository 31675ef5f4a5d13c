// A file or folder of a mounted restore point as an HTTP response: whole, in part, or as an archive.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/server.hpp"
#include "protection/file_mounts.hpp"

namespace holdfast::api {

// `range` is the Range header, empty where there is none. 206 for one range of bytes; a header that says
// anything else is passed over, as HTTP wants it; 416 where the range lies outside the file. A folder is a
// tar archive of unknown length, without ranges.
http::Response download(std::shared_ptr<protection::FileMount> mount, const std::string& path,
                        std::string_view range);

// "attachment; filename=…" that carries any name.
std::string content_disposition(std::string_view file_name);

// One range "bytes=a-b", "bytes=a-" or "bytes=-n" of something of that size.
struct ByteRange {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};
enum class RangeKind { whole, part, outside };
// What a Range header asks for; `part` is filled where it is a part.
RangeKind parse_range(std::string_view header, std::uint64_t size, ByteRange& part);

}  // namespace holdfast::api
