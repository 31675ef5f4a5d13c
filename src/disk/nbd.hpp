// Disks over NBD, through libnbd: reading with extents and dirty extents, writing, and serving an image file.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/process.hpp"
#include "repository/block_device.hpp"

namespace holdfast::disk {

using repository::BlockSink;
using repository::BlockSource;
using repository::Extent;

// An export of an NBD server: on a unix socket, or wherever a URI says.
struct NbdAddress {
    std::filesystem::path socket;
    std::string export_name;
    std::string uri{};  // "nbd://host:10809/export", as libnbd reads it; the two above are empty then
};

// The address as libnbd, QEMU and nbdcopy read it: "nbd+unix:///vda?socket=/run/x".
std::string to_uri(const NbdAddress& address);

// Reads an export through several connections. Every request has a deadline; a server that does not answer is
// `unavailable`.
class NbdSource : public BlockSource {
  public:
    // Without `dirty_bitmap` (a meta context such as "qemu:dirty-bitmap:backup-vda") changed_extents() cannot
    // be asked; not_found where the export has no such bitmap.
    static std::unique_ptr<NbdSource> connect(const NbdAddress& address,
                                              const std::optional<std::string>& dirty_bitmap,
                                              std::chrono::seconds deadline);
    // What the bitmap says has changed since its checkpoint.
    virtual std::vector<Extent> changed_extents() = 0;
};

std::unique_ptr<BlockSink> connect_nbd_sink(const NbdAddress& address, std::chrono::seconds deadline);

enum class ImageFormat { raw, qcow2 };
std::string_view to_string(ImageFormat format);
// invalid_input for any other name.
ImageFormat parse_image_format(std::string_view name);

enum class Access { read_only, read_write };

// `qemu-nbd` as a child that serves one image file until destroyed.
class ImageServer {
  public:
    ImageServer(ImageServer&& other) noexcept
        : process_(std::move(other.process_)), address_(std::exchange(other.address_, {})) {}
    // Closes the image in order and removes the socket.
    ~ImageServer();
    // Waits until the socket answers. Throws with what qemu-nbd said: conflict where another program has the
    // image open.
    static ImageServer start(const std::filesystem::path& image, ImageFormat format, Access access,
                             const std::filesystem::path& socket);
    const NbdAddress& address() const { return address_; }

  private:
    ImageServer(Process process, NbdAddress address)
        : process_(std::move(process)), address_(std::move(address)) {}
    Process process_;
    NbdAddress address_;
};

// A new sparse image of `size` bytes; conflict when the file exists.
void create_image(const std::filesystem::path& image, ImageFormat format, std::uint64_t size);
// A new file with the content of `image`, all of it shared until the one or the other is written to: takes no
// time and no space. False, with nothing made, where the file system cannot do that. conflict when the file
// exists.
bool share_image(const std::filesystem::path& image, const std::filesystem::path& copy);
// A new qcow2 image of `size` bytes that holds what is written to it and reads the rest from `backing`, which
// need not be served yet; conflict when the file exists.
void create_overlay(const std::filesystem::path& image, std::uint64_t size, const NbdAddress& backing);
// Whether an image reads from another below it. May be asked while the image is in use.
bool has_backing(const std::filesystem::path& image);
// Copies into an overlay all that it still reads from below. conflict where another program has it open. What
// was copied before it is stopped stays copied. `report` is called with percents now and then.
void complete_overlay(const std::filesystem::path& image, const std::function<void(int)>& report,
                      std::stop_token stop);

}  // namespace holdfast::disk
