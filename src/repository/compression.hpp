// zstd, with every output bounded before it is produced.
#pragma once

#include <cstddef>
#include <string_view>

#include "repository/bytes.hpp"
#include "repository/compression_mode.hpp"

namespace holdfast::repository {

// One frame that tells its content's size. Each thread keeps a context of its own (a few MiB) for as long as
// it lives.
Bytes compress(ByteView plain);
// The same into a given buffer, as hard as `mode` says; how many bytes, or 0 where they do not fit. Not for
// CompressionMode::off.
std::size_t compress_into(ByteView plain, std::span<std::byte> into,
                          CompressionMode mode = CompressionMode::automatic);

// Exactly as many bytes as are asked for come out, or corrupt is thrown, naming `subject`.
void decompress_into(ByteView compressed, std::span<std::byte> plain, std::string_view subject);
Bytes decompress(ByteView compressed, std::size_t plain_size, std::string_view subject);

// For files that do not tell their size: more than `limit` bytes is too_large.
Bytes decompress_up_to(ByteView compressed, std::size_t limit, std::string_view subject);

}  // namespace holdfast::repository
