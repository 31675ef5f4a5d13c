// One kind of a repository's files, after decryption. Built once for each parser, which PARSER names.
#include <algorithm>

#include "repository/parsers.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace holdfast::repository;
    static const NamedParser& parser = *std::ranges::find(all_parsers, PARSER, &NamedParser::name);
    parser.try_parse({reinterpret_cast<const std::byte*>(data), size});
    return 0;
}
