// Randomness from OpenSSL's generator, good enough for keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace holdfast {

void fill_random(std::span<std::byte> bytes);

// Letters and digits that cannot be mistaken for each other (no 0 O 1 l I): a password to read out.
std::string random_password(std::size_t length);

}  // namespace holdfast
