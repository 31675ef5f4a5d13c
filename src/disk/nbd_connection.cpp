#include "disk/nbd_connection.hpp"

#include <fmt/format.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>

#include "base/error.hpp"
#include "base/text.hpp"
#include "disk/extent_list.hpp"

namespace holdfast::disk {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t largest_request = 32 << 20;          // what every server takes
constexpr std::uint64_t largest_status_request = 1 << 30;  // the protocol allows 4 GiB

std::string last_error() {
    const char* text = ::nbd_get_error();
    return text != nullptr ? text : "unknown NBD error";
}

std::string range(std::string_view verb, std::uint64_t offset, std::uint64_t length) {
    return fmt::format("{} {} at offset {}", verb, format_bytes(length), offset);
}

// What the callback of a block status request works on.
struct StatusReply {
    const std::string& context;
    std::uint32_t flags;
    bool wanted_set;
    std::uint64_t position;  // where the next extent of the reply begins
    std::uint64_t end;       // nothing beyond is taken
    ExtentList& found;
};

int take_status(void* user_data, const char* context, std::uint64_t, std::uint32_t* entries,
                std::size_t count, int*) {
    auto& reply = *static_cast<StatusReply*>(user_data);
    if (reply.context != context) return 0;
    try {
        for (std::size_t i = 0; i + 1 < count && reply.position < reply.end; i += 2) {
            std::uint64_t length = std::min<std::uint64_t>(entries[i], reply.end - reply.position);
            bool is_set = (entries[i + 1] & reply.flags) != 0;
            if (is_set == reply.wanted_set) reply.found.add(reply.position, length);
            reply.position += length;
        }
        return 0;
    } catch (const std::exception&) {  // out of memory must not pass through C code
        return -1;
    }
}

}  // namespace

NbdConnection::NbdConnection(const NbdAddress& address, const std::vector<std::string>& meta_contexts,
                             std::chrono::milliseconds deadline)
    : name_("the NBD export " + to_uri(address)), deadline_(deadline) {
    if (address.socket.native().size() >= sizeof(sockaddr_un::sun_path))
        throw Error(ErrorKind::invalid_input, "The path of the socket " + address.socket.string() +
                                                  " is longer than the 107 bytes a socket may have")
            .advise("Choose a shorter folder.");
    connect(address, meta_contexts);
}

void NbdConnection::connect(const NbdAddress& address, const std::vector<std::string>& meta_contexts) {
    handle_.reset(::nbd_create());
    if (!handle_) throw Error(ErrorKind::io, "Cannot make an NBD handle: " + last_error());
    nbd_handle* handle = handle_.get();
    // Buffers are only used after success; servers take unaligned requests, libnbd would refuse them.
    ::nbd_set_pread_initialize(handle, false);
    ::nbd_set_strict_mode(handle,
                          ::nbd_get_strict_mode(handle) & ~static_cast<std::uint32_t>(LIBNBD_STRICT_ALIGN));
    int result = ::nbd_set_export_name(handle, address.export_name.c_str());
    for (auto& context : meta_contexts)
        if (result == 0) result = ::nbd_add_meta_context(handle, context.c_str());
    if (result != 0) throw Error(ErrorKind::invalid_input, "Cannot ask for " + name_ + ": " + last_error());
    int connected = address.uri.empty() ? ::nbd_aio_connect_unix(handle, address.socket.c_str())
                                        : ::nbd_aio_connect_uri(handle, address.uri.c_str());
    if (connected != 0 && ::nbd_get_errno() == EINVAL)
        throw Error(ErrorKind::invalid_input, "Cannot use " + name_ + ": " + last_error());
    if (connected != 0) fail(last_error());
    auto end = Clock::now() + deadline_;
    while (::nbd_aio_is_ready(handle) != 1) {
        if (::nbd_aio_is_dead(handle) == 1 || ::nbd_aio_is_closed(handle) == 1) fail(last_error());
        if (!poll_until(end)) fail(fmt::format("no greeting within {} ms", deadline_.count()));
    }
    std::int64_t size = ::nbd_get_size(handle);
    if (size < 0) fail(last_error());
    size_ = static_cast<std::uint64_t>(size);
}

bool NbdConnection::allows_several() const {
    return handle_ && ::nbd_can_multi_conn(handle_.get()) == 1;
}

bool NbdConnection::is_read_only() const {
    return handle_ && ::nbd_is_read_only(handle_.get()) == 1;
}

bool NbdConnection::has_context(const std::string& name) const {
    return handle_ && ::nbd_can_meta_context(handle_.get(), name.c_str()) == 1;
}

std::size_t NbdConnection::request_limit() const {
    std::int64_t told = ::nbd_get_block_size(handle_.get(), LIBNBD_SIZE_MAXIMUM);
    if (told < 4096) return largest_request;  // nothing told
    return std::min(static_cast<std::size_t>(told), largest_request);
}

void NbdConnection::read(std::uint64_t offset, std::span<std::byte> into) {
    while (!into.empty()) {
        auto piece = into.first(std::min(into.size(), request_limit()));
        std::int64_t cookie = ::nbd_aio_pread(handle_.get(), piece.data(), piece.size(), offset, {}, 0);
        complete(cookie, range("reading", offset, piece.size()));
        offset += piece.size();
        into = into.subspan(piece.size());
    }
}

void NbdConnection::write(std::uint64_t offset, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        auto piece = bytes.first(std::min(bytes.size(), request_limit()));
        std::int64_t cookie = ::nbd_aio_pwrite(handle_.get(), piece.data(), piece.size(), offset, {}, 0);
        complete(cookie, range("writing", offset, piece.size()));
        offset += piece.size();
        bytes = bytes.subspan(piece.size());
    }
}

void NbdConnection::flush() {
    if (::nbd_can_flush(handle_.get()) != 1) return;  // such a server has nothing to flush
    complete(::nbd_aio_flush(handle_.get(), {}, 0), "flushing");
}

std::vector<Extent> NbdConnection::extents(const std::string& context, std::uint32_t flags, Select select) {
    ExtentList found;
    std::uint64_t position = 0;
    while (position < size_) {
        std::uint64_t length = std::min(largest_status_request, size_ - position);
        StatusReply reply{context, flags, select == Select::flag_set, position, size_, found};
        std::int64_t cookie =
            ::nbd_aio_block_status(handle_.get(), length, position,
                                   {.callback = take_status, .user_data = &reply, .free = nullptr}, {}, 0);
        complete(cookie, range("asking for the block status of", position, length));
        if (reply.position == position) fail("it told no block status for \"" + context + "\"");
        position = reply.position;
    }
    return found.take();
}

void NbdConnection::complete(std::int64_t cookie, const std::string& request) {
    auto refuse = [&] {
        std::string why = last_error();
        if (::nbd_aio_is_ready(handle_.get()) != 1 && ::nbd_aio_is_processing(handle_.get()) != 1) fail(why);
        throw Error(ErrorKind::io, fmt::format("Failed {} of {}: {}", request, name_, why));
    };
    if (cookie < 0) refuse();
    auto end = Clock::now() + deadline_;
    while (true) {
        int done = ::nbd_aio_command_completed(handle_.get(), static_cast<std::uint64_t>(cookie));
        if (done == 1) return;
        if (done < 0) refuse();
        if (!poll_until(end)) fail(fmt::format("no answer to {} within {} ms", request, deadline_.count()));
    }
}

bool NbdConnection::poll_until(Clock::time_point end) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return false;
    errno = 0;
    int result = ::nbd_poll(handle_.get(), static_cast<int>(std::min<long long>(left, 60'000)));
    if (result < 0 && ::nbd_get_errno() != EINTR) fail(last_error());
    return true;
}

void NbdConnection::fail(const std::string& why) {
    std::string told = why;
    handle_.reset();
    throw Error(ErrorKind::unavailable, fmt::format("Cannot use {}: {}", name_, told))
        .advise("See whether the program that serves it still runs, then try again.");
}

}  // namespace holdfast::disk
