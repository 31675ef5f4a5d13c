#include "repository/pack.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace holdfast::repository {
namespace {

constexpr std::size_t plain_entry_size = 1 + 4 + 32;
constexpr std::size_t compressed_entry_size = 1 + 4 + 4 + 32;

void append_u32(Bytes& bytes, std::uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8)
        bytes.push_back(static_cast<std::byte>(value >> shift & 0xff));
}

std::uint32_t read_u32(ByteView bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value |= std::to_integer<std::uint32_t>(bytes[i]) << (8 * i);
    return value;
}

Error damaged_header(std::string_view subject, std::string_view how) {
    return Error(ErrorKind::corrupt, std::string(subject) + " is damaged: its header " + std::string(how));
}

}  // namespace

std::string_view to_string(BlobType type) {
    return type == BlobType::data ? "data" : "tree";
}

void require_sane(const PackedBlob& blob, std::string_view subject) {
    std::uint64_t limit = max_blob_size(blob.type);
    bool sane = blob.length >= Cipher::overhead && blob.length <= limit + (limit >> 7) + 1024 &&
                blob.plain_size() <= limit && std::uint64_t(blob.offset) + blob.length <= UINT32_MAX;
    if (!sane)
        throw Error(ErrorKind::corrupt,
                    std::string(subject) + " is damaged: it lists a blob of impossible length");
}

Bytes encode_pack_header(const std::vector<PackedBlob>& blobs, const Cipher& cipher) {
    Bytes header;
    header.reserve(blobs.size() * compressed_entry_size);
    for (const auto& blob : blobs) {
        unsigned kind = (blob.type == BlobType::tree ? 1u : 0u) | (blob.uncompressed_size != 0 ? 2u : 0u);
        header.push_back(static_cast<std::byte>(kind));
        append_u32(header, blob.length);
        if (blob.uncompressed_size != 0) append_u32(header, blob.uncompressed_size);
        header.insert(header.end(), blob.id.bytes().begin(), blob.id.bytes().end());
    }
    Bytes sealed = cipher.seal(header);
    append_u32(sealed, static_cast<std::uint32_t>(sealed.size()));
    return sealed;
}

std::uint64_t pack_header_size(const std::vector<PackedBlob>& blobs) {
    std::uint64_t size = Cipher::overhead + 4;
    for (const auto& blob : blobs)
        size += blob.uncompressed_size != 0 ? compressed_entry_size : plain_entry_size;
    return size;
}

std::uint32_t parse_pack_header_length(ByteView last_four, std::uint64_t pack_size,
                                       std::string_view subject) {
    if (last_four.size() != 4) throw damaged_header(subject, "is missing");
    std::uint32_t length = read_u32(last_four);
    if (length < Cipher::overhead || length > max_pack_header_size || std::uint64_t(length) + 4 > pack_size)
        throw damaged_header(subject, "has an impossible length");
    return length;
}

std::vector<PackedBlob> parse_pack_header(ByteView header, std::string_view subject) {
    if (header.size() > max_pack_header_size) throw damaged_header(subject, "is too long");
    std::vector<PackedBlob> blobs;
    std::uint64_t offset = 0;
    while (!header.empty()) {
        unsigned kind = std::to_integer<unsigned>(header.front());
        if (kind > 3) throw damaged_header(subject, "holds an unknown type of blob");
        bool compressed = (kind & 2) != 0;
        std::size_t size = compressed ? compressed_entry_size : plain_entry_size;
        if (header.size() < size) throw damaged_header(subject, "ends too early");
        PackedBlob blob;
        blob.type = (kind & 1) != 0 ? BlobType::tree : BlobType::data;
        blob.offset = static_cast<std::uint32_t>(offset);
        blob.length = read_u32(header.subspan(1));
        if (compressed) blob.uncompressed_size = read_u32(header.subspan(5));
        std::array<std::byte, 32> id;
        std::copy_n(header.begin() + static_cast<std::ptrdiff_t>(size - 32), 32, id.begin());
        blob.id = BlobId(id);
        require_sane(blob, subject);
        offset += blob.length;
        if (offset > UINT32_MAX) throw damaged_header(subject, "lists more than a pack can hold");
        blobs.push_back(blob);
        header = header.subspan(size);
    }
    return blobs;
}

}  // namespace holdfast::repository
