#include "repository/bytes.hpp"

#include <cstring>

namespace holdfast::repository {

bool is_all_zero(ByteView bytes) {
    constexpr std::size_t head = 16;
    for (std::size_t i = 0; i < bytes.size() && i < head; ++i)
        if (bytes[i] != std::byte(0)) return false;
    // The first bytes are zero: all are when every byte equals the one `head` places before it. memcmp is the
    // fastest loop there is.
    return bytes.size() <= head || std::memcmp(bytes.data(), bytes.data() + head, bytes.size() - head) == 0;
}

}  // namespace holdfast::repository
