// The buffer type of this folder.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace holdfast::repository {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

// Wherever the first byte that is not zero stands, this looks at no more than it has to; a zero chunk costs
// one pass.
bool is_all_zero(ByteView bytes);

}  // namespace holdfast::repository
