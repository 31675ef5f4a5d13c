#include "base/random.hpp"

#include <openssl/rand.h>

#include <array>
#include <string_view>

#include "base/error.hpp"

namespace holdfast {

void fill_random(std::span<std::byte> bytes) {
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size())) != 1)
        throw Error(ErrorKind::internal, "The system's random generator does not answer");
}

std::string random_password(std::size_t length) {
    static constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    std::string password;
    while (password.size() < length) {
        std::array<std::byte, 1> byte;
        fill_random(byte);
        auto value = std::to_integer<std::size_t>(byte[0]);
        // Values past the last whole multiple would favour the first letters.
        if (value < 256 / letters.size() * letters.size()) password += letters[value % letters.size()];
    }
    return password;
}

}  // namespace holdfast
