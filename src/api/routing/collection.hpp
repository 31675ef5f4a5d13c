// A resource or a collection in the form that the client asks for: references, or with ?format=Entity the
// entities themselves.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "api/routing/answer.hpp"
#include "api/routing/call.hpp"
#include "api/types/service.hpp"

namespace holdfast::api {

// Which part of a collection is wanted. Plain collections are whole unless the client asks for a page.
struct PageRequest {
    std::uint32_t size = 100;
    std::uint32_t number = 1;
    std::uint64_t first() const { return std::uint64_t{number - 1} * size; }
};
// From ?pageSize= and ?page=; nothing where neither is there. At most 10,000 a page.
std::optional<PageRequest> requested_page(const Call& call);

// With links First, Previous, Next and Last, where they lead somewhere; they repeat all other parameters of
// the request.
PagingInfo paging_info(const Call& call, const PageRequest& page, std::uint64_t total);

// The other form: "Job" becomes "JobReference", its link Alternate leads to the entity, and links to actions
// are left out.
EntityRef reference_to(const Entity& entity);

template <typename T>
Answer one(const Call& call, T entity) {
    if (call.wants_entities()) return ok(std::move(entity));
    return ok(reference_to(entity));
}

// `items` are those of `page` alone, out of `total`: for collections that the database cuts. List is the
// list's type: Jobs.
template <typename List>
Answer page_of_collection(const Call& call, std::vector<typename List::Item> items,
                          const std::optional<PageRequest>& page, std::uint64_t total) {
    std::optional<PagingInfo> paging;
    if (page) paging = paging_info(call, *page, total);
    if (call.wants_entities()) {
        List list;
        list.items = std::move(items);
        list.PagingInfo = std::move(paging);
        return ok(std::move(list));
    }
    EntityReferences references;
    for (const auto& item : items) references.items.push_back(reference_to(item));
    references.PagingInfo = std::move(paging);
    return ok(std::move(references));
}

// The whole collection is at hand; cut here where a page of it is wanted.
template <typename List>
Answer collection(const Call& call, std::vector<typename List::Item> items) {
    auto page = requested_page(call);
    std::uint64_t total = items.size();
    if (page) {
        auto begin = items.begin() + static_cast<std::ptrdiff_t>(std::min(page->first(), total));
        auto end = items.begin() + static_cast<std::ptrdiff_t>(std::min(page->first() + page->size, total));
        items =
            std::vector<typename List::Item>(std::make_move_iterator(begin), std::make_move_iterator(end));
    }
    return page_of_collection<List>(call, std::move(items), page, total);
}

}  // namespace holdfast::api
