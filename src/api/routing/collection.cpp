#include "api/routing/collection.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

constexpr std::uint32_t largest_page = 10'000;
constexpr std::string_view entity_format = "?format=Entity";

std::string without_format(const std::string& href) {
    std::size_t at = href.find(entity_format);
    return at == std::string::npos ? href : href.substr(0, at);
}

bool is_of_page(std::string_view parameter) {
    return equal_ignoring_case(parameter, "page") || equal_ignoring_case(parameter, "pageSize") ||
           equal_ignoring_case(parameter, "asOf");
}

// The request's own address with its parameters but those of the page: "…/jobs?format=Entity&".
std::string page_base(const Call& call, const PageRequest& page) {
    std::string href = call.links().href(call.path()) + "?";
    for (const auto& [name, value] : call.query().all())
        if (!is_of_page(name)) href += percent_encode(name) + "=" + percent_encode(value, ":*,;()") + "&";
    if (page.as_of) href += "asOf=" + format_utc(*page.as_of) + "&";
    return href;
}

bool is_sorted(const Call& call) {
    return !call.query().get("sortAsc").empty() || !call.query().get("sortDesc").empty();
}

std::optional<Timestamp> requested_time(const Call& call, std::string_view parameter) {
    auto text = call.query().get(parameter);
    if (text.empty()) return std::nullopt;
    auto time = parse_time(text);
    if (!time)
        throw Error(ErrorKind::invalid_input,
                    "The parameter " + std::string(parameter) + " is no time such as 2026-05-31T22:00:00Z");
    return time;
}

}  // namespace

std::optional<PageRequest> requested_page(const Call& call) {
    bool is_asked_for = call.positive("pageSize") || call.positive("page");
    if (!is_asked_for) return std::nullopt;
    return requested_or_first_page(call);
}

PageRequest requested_or_first_page(const Call& call) {
    auto size = call.positive("pageSize");
    auto number = call.positive("page");
    if (size && *size > largest_page)
        throw Error(ErrorKind::invalid_input,
                    "The parameter pageSize is larger than " + std::to_string(largest_page));
    PageRequest page;
    page.size = size.value_or(page.size);
    page.number = number.value_or(page.number);
    page.as_of = requested_time(call, "asOf");
    if (!page.as_of && is_sorted(call)) page.as_of = now();
    return page;
}

PagingInfo paging_info(const Call& call, const PageRequest& page, std::uint64_t total) {
    std::uint64_t pages = std::max<std::uint64_t>(1, (total + page.size - 1) / page.size);
    std::string base = page_base(call, page) + "pageSize=" + std::to_string(page.size) + "&page=";
    PagingInfo info;
    info.PageNum = std::int64_t{page.number};
    info.PageSize = std::int64_t{page.size};
    info.PagesCount = static_cast<std::int64_t>(pages);
    auto& links = info.Links.emplace();
    auto add = [&](const char* rel, std::uint64_t number) {
        links.push_back(Link(rel, base + std::to_string(number)));
    };
    add("First", 1);
    if (page.number > 1) add("Previous", std::min<std::uint64_t>(page.number - 1, pages));
    if (page.number < pages) add("Next", page.number + std::uint64_t{1});
    add("Last", pages);
    return info;
}

EntityRef reference_to(const Entity& entity) {
    EntityRef reference;
    const std::string type = entity.Type.value_or("");
    const std::string href = without_format(entity.Href.value_or(""));
    auto& links = reference.Links.emplace();
    for (const Link& link : entity.Links.value_or(LinkList{})) {
        const std::string& rel = link.Rel;
        if (rel == "Alternate")
            links.push_back(Link("Alternate", href + std::string(entity_format), type, entity.Name));
        else if (rel == "Up" || rel == "Down" || rel == "Related")
            links.push_back(link);
    }
    reference.UID = entity.UID;
    reference.Name = entity.Name;
    reference.Href = href;
    reference.Type = type + "Reference";
    return reference;
}

}  // namespace holdfast::api
