// The file `config`: format version, id of the repository, chunker polynomial.
#pragma once

#include <string>
#include <string_view>

#include "repository/bytes.hpp"
#include "repository/polynomial.hpp"

namespace holdfast::repository {

struct Config {
    unsigned version = 2;  // 1 or 2
    std::string id;        // 64 hexadecimal digits
    Polynomial chunker_polynomial = 0;

    static Config random();
};

// Throws corrupt, or not_supported for another version.
Config parse_config(ByteView json, std::string_view subject);
std::string encode(const Config& config);

}  // namespace holdfast::repository
