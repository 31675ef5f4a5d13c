#include "repository/unpacked_files.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "repository/compression.hpp"
#include "repository/sha256.hpp"

namespace holdfast::repository {
namespace {

constexpr std::size_t max_unpacked_size = 64 << 20;
constexpr std::byte compressed_mark{2};

std::string_view kind_name(FileType type) {
    switch (type) {
        case FileType::pack:
            return "The pack file ";
        case FileType::key:
            return "The key file ";
        case FileType::lock:
            return "The lock file ";
        case FileType::snapshot:
            return "The snapshot file ";
        case FileType::index:
            return "The index file ";
        case FileType::config:
            return "The repository's configuration ";
    }
    return "The file ";
}

}  // namespace

Bytes load_whole_file(Backend& backend, const FileName& name, std::size_t limit,
                      std::optional<std::uint64_t> listed_size) {
    std::string subject = std::string(kind_name(name.type)) + backend.describe(name);
    auto size = listed_size ? listed_size : backend.size(name);
    if (!size) throw Error(ErrorKind::not_found, subject + " does not exist");
    if (*size > limit)
        throw Error(ErrorKind::too_large, subject + " is larger than " + std::to_string(limit) + " bytes");
    Bytes bytes(*size);
    backend.load(name, 0, bytes);
    if (name.type != FileType::config && id_of<FileId>(bytes) != name.id)
        throw Error(ErrorKind::corrupt, subject + " is damaged: its contents do not match its name");
    return bytes;
}

Bytes decode_unpacked(Bytes opened, std::string_view subject) {
    if (opened.empty()) throw Error(ErrorKind::corrupt, std::string(subject) + " is damaged: it is empty");
    if (opened.front() == compressed_mark)
        return decompress_up_to(ByteView(opened).subspan(1), max_unpacked_size, subject);
    if (opened.front() == std::byte('{') || opened.front() == std::byte('[')) return opened;
    throw Error(ErrorKind::corrupt,
                std::string(subject) + " is damaged, or of a format that Holdfast does not know");
}

Bytes UnpackedFiles::load(const FileName& name, std::optional<std::uint64_t> listed_size) const {
    std::string subject = std::string(kind_name(name.type)) + backend_.describe(name);
    return decode_unpacked(
        cipher_.open(load_whole_file(backend_, name, max_unpacked_size, listed_size), subject), subject);
}

FileId UnpackedFiles::save(FileType type, std::string_view json) const {
    Bytes plain;
    if (version_ >= 2 && type != FileType::config) {
        plain = compress(as_bytes(json));
        plain.insert(plain.begin(), compressed_mark);
    } else {
        plain.assign(as_bytes(json).begin(), as_bytes(json).end());
    }
    Bytes sealed = cipher_.seal(plain);
    FileId id = type == FileType::config ? FileId() : id_of<FileId>(sealed);
    backend_.save({type, id}, sealed);
    return id;
}

}  // namespace holdfast::repository
