// Files of a repository after decryption; the first byte chooses the parser.
#include "repository/parsers.hpp"
#include "target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace holdfast;
    if (size == 0) return 0;
    const auto& parser = repository::all_parsers[data[0] % repository::all_parsers.size()];
    parser.try_parse({reinterpret_cast<const std::byte*>(data + 1), size - 1});
    return 0;
}
