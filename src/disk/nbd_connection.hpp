// One connection to an NBD server. Every request has a deadline; after one that was missed the connection is
// dead.
#pragma once

#include <libnbd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "disk/nbd.hpp"

namespace holdfast::disk {

// One thread at a time. What is outside (a server that does not answer, or is gone) is `unavailable`; a
// request that the server refuses is `io`, and the connection goes on.
class NbdConnection {
  public:
    // `meta_contexts` are asked for; has_context() tells which ones the server has.
    NbdConnection(const NbdAddress& address, const std::vector<std::string>& meta_contexts,
                  std::chrono::milliseconds deadline);

    std::uint64_t size() const { return size_; }
    // Whether a flush on one connection covers what was written on others, so that several may be used.
    bool allows_several() const;
    bool is_read_only() const;
    bool has_context(const std::string& name) const;
    bool is_dead() const { return !handle_; }

    void read(std::uint64_t offset, std::span<std::byte> into);
    void write(std::uint64_t offset, std::span<const std::byte> bytes);
    void flush();

    enum class Select { flag_set, flag_clear };
    // The extents of the whole export whose status flags in `context` have one of `flags` set, or all of them
    // clear.
    std::vector<Extent> extents(const std::string& context, std::uint32_t flags, Select select);

  private:
    struct CloseHandle {
        void operator()(nbd_handle* handle) const { ::nbd_close(handle); }
    };

    void connect(const NbdAddress& address, const std::vector<std::string>& meta_contexts);
    // Waits for the request with this cookie (the result of an aio call) to be answered.
    void complete(std::int64_t cookie, const std::string& request);
    bool poll_until(std::chrono::steady_clock::time_point end);
    // Closes the connection first: buffers and callbacks of requests under way are not touched again.
    [[noreturn]] void fail(const std::string& why);
    std::size_t request_limit() const;

    std::unique_ptr<nbd_handle, CloseHandle> handle_;
    std::string name_;  // for errors
    std::chrono::milliseconds deadline_;
    std::uint64_t size_ = 0;
};

}  // namespace holdfast::disk
