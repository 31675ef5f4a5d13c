// The files outside packs (config, indexes, snapshots, locks): JSON, compressed in version 2, and encrypted.
// Source: restic doc/design.rst, "Unpacked Data Format".
#pragma once

#include <optional>
#include <string_view>

#include "repository/backend.hpp"
#include "repository/cipher.hpp"

namespace holdfast::repository {

// Any thread. Borrows the backend and the cipher.
class UnpackedFiles {
  public:
    // `version` is the repository's: version 1 knows no compression.
    UnpackedFiles(Backend& backend, const Cipher& cipher, unsigned version)
        : backend_(backend), cipher_(cipher), version_(version) {}

    // The JSON inside. Checked against its id and its tag; corrupt, not_found or too_large (64 MiB)
    // otherwise.
    Bytes load(const FileName& name, std::optional<std::uint64_t> listed_size = {}) const;
    // Durable when it returns.
    FileId save(FileType type, std::string_view json) const;

    Backend& backend() const { return backend_; }

  private:
    Backend& backend_;
    const Cipher& cipher_;
    const unsigned version_;
};

// A file's bytes as the backend has them, checked against the id. `limit` bounds what is read.
// Where a listing told the size, it is not asked for again.
Bytes load_whole_file(Backend& backend, const FileName& name, std::size_t limit,
                      std::optional<std::uint64_t> listed_size = {});

// What a decrypted file holds: JSON as it is, or compressed behind a byte 2. Throws corrupt or too_large.
Bytes decode_unpacked(Bytes opened, std::string_view subject);

}  // namespace holdfast::repository
