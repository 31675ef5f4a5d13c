// Image files: making them, and serving them with qemu-nbd.
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <cerrno>
#include <charconv>

#include "base/cancellation.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "disk/nbd.hpp"
#include "disk/nbd_connection.hpp"

namespace holdfast::disk {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto start_limit = 20s;

std::string command_path(const std::filesystem::path& image) {
    // An absolute path cannot be taken for an option or for one of QEMU's "protocol:" names.
    return std::filesystem::absolute(image).string();
}

// Past the page cache where the file system can: several times faster for large images, and the cache stays
// with those who need it.
std::string_view cache_mode(const std::filesystem::path& image) {
    UniqueFd direct(::open(image.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC));
    return direct ? "--cache=none" : "--cache=writeback";
}

[[noreturn]] void throw_refused(const std::string& what, std::string_view said) {
    bool locked = said.find("Is another process using the image") != std::string_view::npos;
    Error error(locked ? ErrorKind::conflict : ErrorKind::io, fmt::format("{}: {}", what, trimmed(said)));
    if (locked)
        error.advise(
            "Another program uses the image: shut the virtual machine down, or end that program, then try "
            "again.");
    throw error;
}

// Tries to connect until the server answers, ends, or takes too long.
void wait_until_served(Process& process, const NbdAddress& address, const std::filesystem::path& image) {
    auto end = Clock::now() + start_limit;
    while (true) {
        if (process.wait(5ms)) throw_refused("Cannot serve the image " + image.string(), process.output());
        std::error_code ignored;
        if (std::filesystem::exists(address.socket, ignored)) {
            try {
                NbdConnection probe(address, {}, start_limit);
                return;
            } catch (const Error& error) {
                if (error.kind() != ErrorKind::unavailable || Clock::now() >= end) throw;
            }
        }
        if (Clock::now() >= end)
            throw Error(ErrorKind::unavailable,
                        fmt::format("qemu-nbd did not serve {} within {} s: {}", image.string(),
                                    start_limit.count(), trimmed(process.output())));
    }
}

UniqueFd make_file(const std::filesystem::path& image) {
    UniqueFd file(::open(image.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file && errno == EEXIST)
        throw Error(ErrorKind::conflict, "The image " + image.string() + " exists already")
            .advise("Choose another name, or remove it first.");
    if (!file) throw os_error("Cannot make the image " + image.string(), errno);
    return file;
}

void make_new(const std::filesystem::path& image, std::vector<std::string> arguments) {
    auto file = make_file(image);
    arguments.insert(arguments.begin(), {"qemu-img", "create", "-q"});
    try {
        run_command(arguments, 60s);
    } catch (...) {
        std::error_code ignored;
        std::filesystem::remove(image, ignored);
        throw;
    }
}

// qemu-img -p prints "    (12.34/100%)\r" again and again.
std::optional<int> last_percent(std::string_view printed) {
    auto from = printed.rfind('(');
    int percent = 0;
    if (from == printed.npos ||
        std::from_chars(printed.data() + from + 1, printed.data() + printed.size(), percent).ec !=
            std::errc())
        return std::nullopt;
    return percent;
}

}  // namespace

std::string_view to_string(ImageFormat format) {
    return format == ImageFormat::raw ? "raw" : "qcow2";
}

ImageFormat parse_image_format(std::string_view name) {
    if (name == "raw") return ImageFormat::raw;
    if (name == "qcow2") return ImageFormat::qcow2;
    throw Error(ErrorKind::invalid_input,
                fmt::format("\"{}\" is no image format that can be used: it must be raw or qcow2", name));
}

ImageServer ImageServer::start(const std::filesystem::path& image, ImageFormat format, Access access,
                               const std::filesystem::path& socket) {
    if (!std::filesystem::exists(image))
        throw Error(ErrorKind::not_found, "There is no image " + image.string());
    std::error_code ignored;
    std::filesystem::remove(socket, ignored);
    std::vector<std::string> arguments{"qemu-nbd",
                                       "--persistent",
                                       "--shared=0",
                                       "--format=" + std::string(to_string(format)),
                                       "--discard=unmap",
                                       "--detect-zeroes=off",
                                       std::string(cache_mode(image)),
                                       "--socket=" + command_path(socket)};
    if (access == Access::read_only) arguments.push_back("--read-only");
    arguments.push_back(command_path(image));
    NbdAddress address{.socket = socket, .export_name = ""};
    ImageServer server(Process::start(arguments), address);
    wait_until_served(server.process_, address, image);
    return server;
}

ImageServer::~ImageServer() {
    if (address_.socket.empty()) return;  // moved from
    process_.stop(10s);  // closes the image in order, so that nothing in it is left marked as in use
    std::error_code ignored;
    std::filesystem::remove(address_.socket, ignored);
}

void create_image(const std::filesystem::path& image, ImageFormat format, std::uint64_t size) {
    make_new(image, {"-f", std::string(to_string(format)), command_path(image), std::to_string(size)});
}

bool share_image(const std::filesystem::path& image, const std::filesystem::path& copy) {
    UniqueFd from(::open(image.c_str(), O_RDONLY | O_CLOEXEC));
    if (!from) throw os_error("Cannot open the image " + image.string(), errno);
    auto to = make_file(copy);
    if (::ioctl(to.get(), FICLONE, from.get()) == 0) return true;
    int error = errno;
    std::error_code ignored;
    std::filesystem::remove(copy, ignored);
    // Not on this file system, not between these two, or not for such a file.
    if (error == EOPNOTSUPP || error == EXDEV || error == EINVAL || error == ENOTTY) return false;
    throw os_error("Cannot share the image " + image.string() + " with " + copy.string(), error);
}

void create_overlay(const std::filesystem::path& image, std::uint64_t size, const NbdAddress& backing) {
    make_new(image, {"-f", "qcow2", "-u", "-b", to_uri(backing), "-F", "raw", command_path(image),
                     std::to_string(size)});
}

bool has_backing(const std::filesystem::path& image) {
    // A share of the image's lock is not asked for: it may be in use.
    auto told = run_command(
        {"qemu-img", "info", "--force-share", "--output=json", "-f", "qcow2", command_path(image)}, 60s);
    boost::system::error_code error;
    auto description = boost::json::parse(told, error);
    if (error || !description.is_object())
        throw Error(ErrorKind::corrupt,
                    fmt::format("qemu-img does not tell what {} is: {}", image.string(), trimmed(told)));
    return description.get_object().contains("backing-filename");
}

void complete_overlay(const std::filesystem::path& image, const std::function<void(int)>& report,
                      std::stop_token stop) {
    auto process = Process::start({"qemu-img", "rebase", "-p", "-f", "qcow2", "-b", "", command_path(image)});
    std::optional<int> status;
    while (!(status = process.wait(200ms))) {
        throw_if_stopped(stop);
        if (auto percent = last_percent(process.output())) report(*percent);
    }
    if (*status != 0) throw_refused("Cannot complete the image " + image.string(), process.output());
}

}  // namespace holdfast::disk
