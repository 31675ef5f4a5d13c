#include "repository/compression.hpp"

#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <memory>
#include <string>

#include "base/error.hpp"

namespace holdfast::repository {
namespace {

// For CompressionMode::automatic. Chosen by measurement (docs/benchmarks.md): on chunks of 256 KiB of a
// system's disk, level 1 takes 15 % less time and 4 % more space, which is more than restic's blobs of a MiB
// take; level 3 takes 25 % more time for 1 % less. Up to that size looking for matches of 4 bytes as well
// pays; with more to look through it does not.
constexpr int automatic_level = 2;
constexpr int short_match = 4;
constexpr std::size_t largest_for_short_matches = 256 << 10;

// What restic's modes are in zstd's levels.
int level_of(CompressionMode mode) {
    switch (mode) {
        case CompressionMode::fastest:
            return 1;
        case CompressionMode::better:
            return 7;
        case CompressionMode::max:
            return 11;
        case CompressionMode::off:
        case CompressionMode::automatic:
            break;
    }
    return automatic_level;
}

ZSTD_CCtx* compressor() {
    thread_local std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                              ZSTD_freeCCtx);
    return context.get();
}

ZSTD_DCtx* decompressor() {
    thread_local std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                              ZSTD_freeDCtx);
    return context.get();
}

Error not_zstd(std::string_view subject) {
    return Error(ErrorKind::corrupt, std::string(subject) + " is damaged: it cannot be decompressed");
}

}  // namespace

std::size_t compress_into(ByteView plain, std::span<std::byte> into, CompressionMode mode) {
    ZSTD_CCtx* context = compressor();
    bool short_matches = mode == CompressionMode::automatic && plain.size() <= largest_for_short_matches;
    int match = short_matches ? short_match : 0;  // 0: the level's own
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level_of(mode));
    ZSTD_CCtx_setParameter(context, ZSTD_c_minMatch, match);
    std::size_t size = ZSTD_compress2(context, into.data(), into.size(), plain.data(), plain.size());
    if (!ZSTD_isError(size)) return size;
    if (ZSTD_getErrorCode(size) == ZSTD_error_dstSize_tooSmall) return 0;
    throw Error(ErrorKind::internal, std::string("zstd cannot compress: ") + ZSTD_getErrorName(size));
}

Bytes compress(ByteView plain) {
    Bytes compressed(ZSTD_compressBound(plain.size()));
    compressed.resize(compress_into(plain, compressed));
    return compressed;
}

void decompress_into(ByteView compressed, std::span<std::byte> plain, std::string_view subject) {
    std::size_t size =
        ZSTD_decompressDCtx(decompressor(), plain.data(), plain.size(), compressed.data(), compressed.size());
    if (ZSTD_isError(size) || size != plain.size()) throw not_zstd(subject);
}

Bytes decompress(ByteView compressed, std::size_t plain_size, std::string_view subject) {
    Bytes plain(plain_size);
    decompress_into(compressed, plain, subject);
    return plain;
}

Bytes decompress_up_to(ByteView compressed, std::size_t limit, std::string_view subject) {
    ZSTD_DCtx* context = decompressor();
    ZSTD_DCtx_reset(context, ZSTD_reset_session_only);
    ZSTD_inBuffer input{compressed.data(), compressed.size(), 0};
    Bytes plain;
    std::size_t used = 0;
    std::size_t more = 1;  // what zstd still expects; 0 at the end of a frame
    while (true) {
        if (used == plain.size()) {
            if (used > limit)
                throw Error(ErrorKind::too_large,
                            std::string(subject) + " is larger than " + std::to_string(limit) + " bytes");
            plain.resize(std::min(limit + 1, std::max<std::size_t>(64 << 10, used * 2)));
        }
        ZSTD_outBuffer output{plain.data(), plain.size(), used};
        std::size_t read_before = input.pos;
        more = ZSTD_decompressStream(context, &output, &input);
        if (ZSTD_isError(more)) throw not_zstd(subject);
        bool moved = output.pos != used || input.pos != read_before;
        used = output.pos;
        if (input.pos == input.size && (more == 0 || (!moved && used < plain.size()))) break;
    }
    if (more != 0) throw not_zstd(subject);
    if (used > limit)
        throw Error(ErrorKind::too_large,
                    std::string(subject) + " is larger than " + std::to_string(limit) + " bytes");
    plain.resize(used);
    return plain;
}

}  // namespace holdfast::repository
