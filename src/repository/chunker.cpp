#include "repository/chunker.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/error.hpp"

namespace holdfast::repository {
namespace {

constexpr std::ptrdiff_t window_size = 64;
constexpr std::uint64_t cut_mask = (1 << 20) - 1;  // a cut about every MiB
constexpr int top_byte = chunker_polynomial_degree - 8;

// Each fingerprint waits for the one before it, so several stretches are searched side by side.
constexpr std::size_t lane_count = 4;
constexpr std::ptrdiff_t lane_size = 4 << 10;

}  // namespace

Chunker::Chunker(Polynomial polynomial) {
    if (std::bit_width(polynomial) != chunker_polynomial_degree + 1)
        throw Error(ErrorKind::not_supported,
                    "The repository's chunker polynomial has another degree than restic's");
    for (std::uint64_t byte = 0; byte < 256; ++byte) {
        std::uint64_t high = byte << chunker_polynomial_degree;
        reduce_[byte] = remainder(high, polynomial) ^ high;
        std::uint64_t out = byte;
        for (int i = 0; i < window_size; ++i) out = remainder(out << 8, polynomial);
        slide_out_[byte] = out;
    }
    if (has_chunker_lanes()) lanes_.emplace(polynomial);
}

Chunker Chunker::portable(Polynomial polynomial) {
    Chunker chunker(polynomial);
    chunker.lanes_.reset();
    return chunker;
}

inline std::uint64_t Chunker::slide(std::uint64_t fingerprint, std::byte out, std::byte in) const {
    return (fingerprint << 8 ^ reduce_[fingerprint >> top_byte]) ^
           (slide_out_[std::to_integer<std::size_t>(out)] ^ std::to_integer<std::uint64_t>(in));
}

std::uint64_t Chunker::fingerprint_before(const std::byte* end) const {
    std::uint64_t fingerprint = 0;
    for (const auto* byte = end - window_size; byte != end; ++byte)
        fingerprint = slide(fingerprint, std::byte(0), *byte);
    return fingerprint;
}

// The first place to cut behind one of the bytes from `from` to `end`; nullptr when there is none. The window
// before `from` must be readable.
const std::byte* Chunker::find_cut(const std::byte* from, const std::byte* end) const {
    std::uint64_t fingerprint = fingerprint_before(from);
    for (; from != end; ++from) {
        fingerprint = slide(fingerprint, from[-window_size], *from);
        if ((fingerprint & cut_mask) == 0) return from + 1;
    }
    return nullptr;
}

std::size_t Chunker::block_size() const {
    return lanes_ ? ChunkerLanes::block_size : lane_count * lane_size;
}

// Whether there may be a cut behind one of the bytes of the block. The window before it must be readable.
bool Chunker::may_cut_in(const std::byte* block) const {
    if (lanes_) return lanes_->may_cut_in(block);
    const std::byte* a = block;
    const std::byte* b = a + lane_size;
    const std::byte* c = b + lane_size;
    const std::byte* d = c + lane_size;
    std::uint64_t fa = fingerprint_before(a);
    std::uint64_t fb = fingerprint_before(b);
    std::uint64_t fc = fingerprint_before(c);
    std::uint64_t fd = fingerprint_before(d);
    bool found = false;
    for (std::ptrdiff_t i = 0; i != lane_size; ++i) {
        fa = slide(fa, a[i - window_size], a[i]);
        fb = slide(fb, b[i - window_size], b[i]);
        fc = slide(fc, c[i - window_size], c[i]);
        fd = slide(fd, d[i - window_size], d[i]);
        found |= (fa & cut_mask) == 0;
        found |= (fb & cut_mask) == 0;
        found |= (fc & cut_mask) == 0;
        found |= (fd & cut_mask) == 0;
    }
    return found;
}

std::size_t Chunker::find_end(ByteView bytes, std::size_t examined) const {
    const std::byte* begin = bytes.data();
    std::size_t end = std::min(bytes.size(), max_chunk_size);
    if (end < min_chunk_size) return 0;
    std::size_t at = std::max(examined, min_chunk_size);
    if (examined < min_chunk_size && (fingerprint_before(begin + at) & cut_mask) == 0) return at;
    while (at < end) {
        // The last block reaches back into what was examined, rather than being a shorter one.
        std::size_t block = std::min(at, end - block_size());
        std::size_t block_end = block + block_size();
        if (may_cut_in(begin + block))
            if (const auto* cut = find_cut(begin + at, begin + block_end))
                return static_cast<std::size_t>(cut - begin);
        at = block_end;
    }
    return end == max_chunk_size ? max_chunk_size : 0;
}

}  // namespace holdfast::repository
