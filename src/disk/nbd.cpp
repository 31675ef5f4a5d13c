#include "disk/nbd.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "disk/nbd_pool.hpp"

namespace holdfast::disk {
namespace {

// The one meta context that the NBD protocol itself defines, and its flags.
const std::string allocation_context = "base:allocation";
constexpr std::uint32_t reads_as_zero = 2;  // NBD_STATE_ZERO
constexpr std::uint32_t is_dirty = 1;       // of QEMU's dirty bitmap contexts

void check_range(std::uint64_t offset, std::uint64_t length, std::uint64_t size) {
    if (offset > size || length > size - offset)
        throw Error(ErrorKind::internal,
                    fmt::format("The range of {} bytes at offset {} lies outside a disk of {} bytes", length,
                                offset, size));
}

std::string percent_encoded(std::string_view text, std::string_view also_plain) {
    std::string result;
    for (char c : text) {
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                     std::string_view("-._~").contains(c) || also_plain.contains(c);
        if (plain)
            result += c;
        else
            result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return result;
}

class PooledSource : public NbdSource {
  public:
    PooledSource(const NbdAddress& address, std::optional<std::string> dirty_bitmap,
                 std::chrono::seconds deadline)
        : dirty_bitmap_(std::move(dirty_bitmap)), pool_(address, wanted_contexts(), deadline) {
        if (dirty_bitmap_ && !pool_.has_context(*dirty_bitmap_))
            throw Error(ErrorKind::not_found, fmt::format("The NBD export {} has no bitmap \"{}\"",
                                                          to_uri(address), *dirty_bitmap_))
                .advise("Read the whole disk instead.");
    }

    std::uint64_t size() const override { return pool_.size(); }

    std::vector<Extent> data_extents() override {
        if (!pool_.has_context(allocation_context)) {  // such a server knows no holes
            if (size() == 0) return {};
            return {{0, size()}};
        }
        return pool_.with_connection([](NbdConnection& connection) {
            return connection.extents(allocation_context, reads_as_zero, NbdConnection::Select::flag_clear);
        });
    }

    std::vector<Extent> changed_extents() override {
        if (!dirty_bitmap_)
            throw Error(ErrorKind::internal, "A disk opened without a dirty bitmap was asked for changes");
        return pool_.with_connection([&](NbdConnection& connection) {
            return connection.extents(*dirty_bitmap_, is_dirty, NbdConnection::Select::flag_set);
        });
    }

    void read(std::uint64_t offset, std::span<std::byte> into) override {
        check_range(offset, into.size(), size());
        pool_.with_connection([&](NbdConnection& connection) { connection.read(offset, into); });
    }

  private:
    std::vector<std::string> wanted_contexts() const {
        std::vector<std::string> contexts{allocation_context};
        if (dirty_bitmap_) contexts.push_back(*dirty_bitmap_);
        return contexts;
    }

    std::optional<std::string> dirty_bitmap_;
    NbdPool pool_;
};

class PooledSink : public BlockSink {
  public:
    PooledSink(const NbdAddress& address, std::chrono::seconds deadline) : pool_(address, {}, deadline) {
        if (pool_.is_read_only())
            throw Error(ErrorKind::invalid_input,
                        fmt::format("The NBD export {} can only be read", to_uri(address)));
    }

    void write(std::uint64_t offset, std::span<const std::byte> bytes) override {
        check_range(offset, bytes.size(), pool_.size());
        pool_.with_connection([&](NbdConnection& connection) { connection.write(offset, bytes); });
    }

    // One flush covers all connections: there are several only where the server promises that.
    void flush() override {
        pool_.with_connection([](NbdConnection& connection) { connection.flush(); });
    }

  private:
    NbdPool pool_;
};

}  // namespace

std::string to_uri(const NbdAddress& address) {
    if (!address.uri.empty()) return address.uri;
    return fmt::format("nbd+unix:///{}?socket={}", percent_encoded(address.export_name, "/"),
                       percent_encoded(address.socket.native(), "/"));
}

std::unique_ptr<NbdSource> NbdSource::connect(const NbdAddress& address,
                                              const std::optional<std::string>& dirty_bitmap,
                                              std::chrono::seconds deadline) {
    return std::make_unique<PooledSource>(address, dirty_bitmap, deadline);
}

std::unique_ptr<BlockSink> connect_nbd_sink(const NbdAddress& address, std::chrono::seconds deadline) {
    return std::make_unique<PooledSink>(address, deadline);
}

}  // namespace holdfast::disk
