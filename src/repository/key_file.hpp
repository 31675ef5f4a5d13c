// Key files: the master key, encrypted under a key that scrypt makes of a password. One file for each
// password. Source: restic doc/design.rst, "Keys, Encryption and MAC".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "repository/bytes.hpp"
#include "repository/cipher.hpp"

namespace holdfast::repository {

constexpr std::size_t max_key_file_size = 64 << 10;

// What trying one password costs: about a quarter of a second and 32 MiB by default, which is what restic
// settles on for an ordinary processor and what OWASP asks for.
struct ScryptCost {
    std::uint64_t n = 32768;
    std::uint64_t r = 8;
    std::uint64_t p = 3;
};

struct KeyFile {
    ScryptCost cost;
    Bytes salt;  // 64 bytes
    Bytes data;  // the sealed master key
};

// Throws corrupt for what is not a key file and not_supported for another key derivation or a cost that would
// take more than 512 MiB or about ten seconds.
KeyFile parse_key_file(ByteView text, std::string_view subject);

// Nothing when the password is not this key's. Takes 128*n*r bytes, and time in proportion to n*r*p.
std::optional<MasterKey> unlock(const KeyFile& file, std::string_view password, std::string_view subject);

// A new key file for the password, as JSON.
std::string make_key_file(const MasterKey& master, std::string_view password, const ScryptCost& cost);

}  // namespace holdfast::repository
