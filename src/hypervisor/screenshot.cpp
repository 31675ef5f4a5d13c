#include "hypervisor/screenshot.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <charconv>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/text.hpp"
#include "hypervisor/libvirt_error.hpp"
#include "hypervisor/libvirt_handles.hpp"

namespace holdfast::hypervisor {
namespace {

constexpr std::size_t longest_pixmap = 32 << 20;
constexpr std::size_t widest = 8192;
constexpr std::string_view png_signature = "\x89PNG\r\n\x1a\n";

struct EndStream {
    void operator()(virStreamPtr stream) const { ::virStreamFree(stream); }
};

Error no_pixmap(std::string_view why) {
    return Error(ErrorKind::corrupt, fmt::format("The hypervisor's picture of the screen {}", why));
}

// Of the header: numbers between blanks and comments.
std::size_t take_number(std::string_view& rest) {
    auto is_blank = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
    while (!rest.empty() && (is_blank(rest.front()) || rest.front() == '#')) {
        if (rest.front() == '#') rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1));
        rest.remove_prefix(1);
    }
    std::size_t number = 0;
    auto [end, wrong] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (wrong != std::errc{} || number == 0) throw no_pixmap("has a header that makes no sense");
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return number;
}

std::string big_endian(std::size_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xff);
    return bytes;
}

void add_chunk(std::string& png, std::string_view type, std::string_view content) {
    std::string body = std::string(type).append(content);
    auto checksum = ::crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
    png += big_endian(content.size());
    png += body;
    png += big_endian(checksum);
}

std::string deflated(const std::string& content) {
    auto size = ::compressBound(content.size());
    std::string result(size, '\0');
    if (::compress2(reinterpret_cast<Bytef*>(result.data()), &size,
                    reinterpret_cast<const Bytef*>(content.data()), content.size(),
                    Z_DEFAULT_COMPRESSION) != Z_OK)
        throw no_pixmap("could not be compressed");
    result.resize(size);
    return result;
}

std::string receive_all(virStreamPtr stream, virDomainPtr domain) {
    std::string picture;
    std::array<char, 1 << 16> part;
    while (true) {
        int count = ::virStreamRecv(stream, part.data(), part.size());
        if (count < 0) throw_libvirt_error("Cannot read the screen of", domain);
        if (count == 0) break;
        picture.append(part.data(), static_cast<std::size_t>(count));
        if (picture.size() > longest_pixmap) {
            ::virStreamAbort(stream);
            throw Error(ErrorKind::too_large, "The screen of " + name_of(domain) + " is too large");
        }
    }
    ::virStreamFinish(stream);
    return picture;
}

}  // namespace

std::vector<std::byte> png_of_pixmap(std::string_view pixmap) {
    if (!pixmap.starts_with("P6")) throw no_pixmap("has another form than was expected");
    pixmap.remove_prefix(2);
    const auto width = take_number(pixmap);
    const auto height = take_number(pixmap);
    const auto brightest = take_number(pixmap);
    if (width > widest || height > widest || brightest != 255 || pixmap.empty())
        throw no_pixmap("has a size or colours that are not supported");
    pixmap.remove_prefix(1);
    const auto row = width * 3;
    if (pixmap.size() < row * height) throw no_pixmap("is not complete");
    std::string lines;
    lines.reserve((row + 1) * height);
    for (std::size_t y = 0; y < height; ++y) {
        lines += '\0';  // no filter
        lines.append(pixmap.substr(y * row, row));
    }
    std::string png(png_signature);
    add_chunk(png, "IHDR", big_endian(width) + big_endian(height) + std::string("\x08\x02\x00\x00\x00", 5));
    add_chunk(png, "IDAT", deflated(lines));
    add_chunk(png, "IEND", "");
    auto bytes = as_bytes(png);
    return {bytes.begin(), bytes.end()};
}

std::vector<std::byte> take_screenshot(virConnectPtr connection, virDomainPtr domain) {
    std::unique_ptr<virStream, EndStream> stream(::virStreamNew(connection, 0));
    if (!stream) throw_libvirt_error("Cannot look at the screen of", domain);
    LibvirtText form(::virDomainScreenshot(domain, stream.get(), 0, 0));
    if (!form) throw_libvirt_error("Cannot look at the screen of", domain);
    auto picture = receive_all(stream.get(), domain);
    if (std::string_view(form.get()) != "image/png") return png_of_pixmap(picture);
    auto bytes = as_bytes(picture);
    return {bytes.begin(), bytes.end()};
}

}  // namespace holdfast::hypervisor
