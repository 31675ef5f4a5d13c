// Entry points for fuzzers: any bytes may come in; nothing but a described refusal may come out. Both abort
// when a body that was accepted does not survive being written and read again.
#pragma once

#include <string_view>

namespace holdfast::api {

// The first byte chooses the type, the rest is the body.
void fuzz_xml_body(std::string_view bytes);
void fuzz_json_body(std::string_view bytes);

}  // namespace holdfast::api
