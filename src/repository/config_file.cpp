#include "repository/config_file.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "repository/blob_id.hpp"
#include "repository/go_text.hpp"
#include "repository/json_fields.hpp"

namespace holdfast::repository {

Config Config::random() {
    std::array<std::byte, 32> id;
    fill_random(id);
    return Config{.id = to_hex(id), .chunker_polynomial = random_chunker_polynomial()};
}

Config parse_config(ByteView json, std::string_view subject) {
    JsonDocument document(json, subject);
    JsonFields fields(document.object(), subject);
    std::uint64_t version = fields.number("version");
    if (version != 1 && version != 2)
        throw Error(ErrorKind::not_supported, std::string(subject) + " has format version " +
                                                  std::to_string(version) + "; Holdfast knows 1 and 2")
            .advise("Update Holdfast.");
    Config config;
    config.version = static_cast<unsigned>(version);
    config.id = fields.id<FileId>("id").to_string();
    auto polynomial = fields.string("chunker_polynomial");
    auto [end, error] = std::from_chars(polynomial.data(), polynomial.data() + polynomial.size(),
                                        config.chunker_polynomial, 16);
    if (error != std::errc() || end != polynomial.data() + polynomial.size() ||
        !is_irreducible(config.chunker_polynomial))
        fields.wrong("chunker_polynomial", "is not an irreducible polynomial");
    return config;
}

std::string encode(const Config& config) {
    std::string json;
    JsonObjectText object(json);
    object.number("version", config.version);
    object.string("id", config.id);
    object.string("chunker_polynomial", fmt::format("{:x}", config.chunker_polynomial));
    object.end();
    return json;
}

}  // namespace holdfast::repository
