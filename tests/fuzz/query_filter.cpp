// Filters of queries: the first byte chooses the type, the rest is the filter. A wrong one is told as wrong
// input, and names a position or a limit.
#include "api/query/filter.hpp"
#include "api/query/query_type.hpp"
#include "base/error.hpp"
#include "target.hpp"

namespace {

using namespace holdfast;

std::size_t comparisons_in(const catalog::Condition& condition) {
    if (condition.kind == catalog::Condition::Kind::comparison) return 1;
    fuzz::must_hold(condition.parts.size() > 1, "what is joined has several parts");
    std::size_t count = 0;
    for (const auto& part : condition.parts) count += comparisons_in(part);
    return count;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto& types = api::query_types();
    const auto& type = types[data[0] % types.size()];
    try {
        auto condition = api::parse_filter(fuzz::as_text(data + 1, size - 1), *type.fields, type.name);
        fuzz::must_hold(comparisons_in(condition) <= api::most_comparisons, "the limit is kept");
    } catch (const Error& error) {
        fuzz::must_hold(error.kind() == ErrorKind::invalid_input, "a wrong filter is wrong input");
        fuzz::must_hold(error.happened().starts_with("The filter "), "the message tells of the filter");
    }
    return 0;
}
