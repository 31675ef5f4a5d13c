#include "api/types/body_fuzzing.hpp"

#include <cstdio>
#include <cstdlib>

#include "api/description/document.hpp"
#include "api/types/all_roots.hpp"
#include "base/error.hpp"

namespace holdfast::api {
namespace {

using Read = void (*)(const Shape&, void*, std::string_view, const BodyLimits&);

void fuzz(std::string_view bytes, Read read) {
    if (bytes.empty()) return;
    const auto& roots = all_roots();
    const Shape& shape = *roots[static_cast<unsigned char>(bytes[0]) % roots.size()];
    const auto object = shape.make();
    try {
        read(shape, object.get(), bytes.substr(1), {});
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::invalid_input || error.kind() == ErrorKind::too_large) return;
        throw;
    }
    const std::string xml = write_xml(shape, object.get());
    const auto again = shape.make();
    read_xml(shape, again.get(), xml, {});
    if (write_xml(shape, again.get()) == xml) return;
    std::fprintf(stderr, "A %s that was accepted is not what is read back.\n",
                 std::string(shape.root).c_str());
    std::abort();
}

}  // namespace

void fuzz_xml_body(std::string_view bytes) {
    fuzz(bytes, read_xml);
}

void fuzz_json_body(std::string_view bytes) {
    fuzz(bytes, read_json);
}

}  // namespace holdfast::api
