#include "api/query/requested_selection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/query/filter.hpp"
#include "api/query/filter_value.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

std::optional<catalog::Direction> direction_of(std::string_view parameter) {
    if (equal_ignoring_case(parameter, "sortAsc")) return catalog::Direction::ascending;
    if (equal_ignoring_case(parameter, "sortDesc")) return catalog::Direction::descending;
    return std::nullopt;
}

// In the order in which they are given; of a field that comes twice the first counts.
std::vector<catalog::Order> requested_order(const Call& call, const std::vector<catalog::Field>& fields,
                                            std::string_view type) {
    std::vector<catalog::Order> order;
    for (const auto& [parameter, name] : call.query().all()) {
        auto direction = direction_of(parameter);
        if (!direction || trimmed(name).empty()) continue;
        const auto* field = catalog::find_field(fields, trimmed(name));
        if (field == nullptr)
            throw Error(ErrorKind::invalid_input, fmt::format("{} cannot be sorted by {}", type, cite(name)))
                .advise("Fields of " + std::string(type) + ": " + names_of(fields) + ".");
        if (std::ranges::none_of(order, [&](const auto& known) { return known.field == field; }))
            order.push_back({field, *direction});
    }
    return order;
}

}  // namespace

void apply_request(const Call& call, const std::optional<PageRequest>& page,
                   const std::vector<catalog::Field>& fields, std::string_view type,
                   catalog::Selection& selection) {
    auto filter = call.query().get("filter");
    if (!trimmed(filter).empty()) selection.where = parse_filter(filter, fields, type);
    selection.order = requested_order(call, fields, type);
    if (!page) return;
    selection.slice = catalog::Slice{page->first(), page->size};
    selection.created_until = page->as_of;
}

}  // namespace holdfast::api
