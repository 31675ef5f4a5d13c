// A resource or a collection in the form that the client asks for: references, or with ?format=Entity the
// entities themselves.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "api/routing/answer.hpp"
#include "api/routing/call.hpp"
#include "api/types/service.hpp"
#include "base/time.hpp"

namespace holdfast::api {

// Which part of a collection is wanted. Plain collections are whole unless the client asks for a page.
struct PageRequest {
    std::uint32_t size = 100;
    std::uint32_t number = 1;
    // Of a sorted collection: what was created later is left out, so that it does not shift the pages.
    std::optional<Timestamp> as_of{};
    std::uint64_t first() const { return std::uint64_t{number - 1} * size; }
};
// From ?pageSize=, ?page= and ?asOf=; nothing where neither of the first two is there. At most 10,000 a page.
std::optional<PageRequest> requested_page(const Call& call);
// The same for what is always cut into pages: the first 100 where nothing is asked for.
PageRequest requested_or_first_page(const Call& call);

// With links First, Previous, Next and Last, where they lead somewhere; they repeat all other parameters of
// the request.
PagingInfo paging_info(const Call& call, const PageRequest& page, std::uint64_t total);

enum class Form { references, entities };

// The other form: "Job" becomes "JobReference", its link Alternate leads to the entity, and links to actions
// are left out.
EntityRef reference_to(const Entity& entity);

template <typename T>
Answer one(const Call& call, T entity) {
    if (call.wants_entities()) return ok(std::move(entity));
    return ok(reference_to(entity));
}

// For an edit, while nobody else changes the resource: 412 where it is not any more what the request's
// If-Match names.
template <typename T>
void require_match(const Precondition& precondition, const T& resource) {
    if (!precondition.is_given()) return;
    if constexpr (std::is_base_of_v<Entity, T>)
        precondition.require({Document(resource), Document(reference_to(resource))});
    else
        precondition.require({Document(resource)});
}

// Of resources without a reference form. `items` are those of `page` alone, out of `total`.
template <typename List>
Answer page_of_resources(const Call& call, std::vector<typename List::Item> items,
                         const std::optional<PageRequest>& page, std::uint64_t total) {
    List list;
    list.items = std::move(items);
    if (page) list.PagingInfo = paging_info(call, *page, total);
    return ok(std::move(list));
}

template <typename T>
std::vector<EntityRef> references_to(const std::vector<T>& entities) {
    std::vector<EntityRef> references;
    references.reserve(entities.size());
    for (const auto& entity : entities) references.push_back(reference_to(entity));
    return references;
}

// The same in the form that is asked for: for collections that the database cuts. List is the list's type:
// Jobs.
template <typename List>
Answer page_of_collection(const Call& call, std::vector<typename List::Item> items,
                          const std::optional<PageRequest>& page, std::uint64_t total) {
    if (call.wants_entities()) return page_of_resources<List>(call, std::move(items), page, total);
    return page_of_resources<EntityReferences>(call, references_to(items), page, total);
}

// A part of a collection without pages, as entities or as references to them.
template <typename List>
Document part_of_collection(Form form, std::vector<typename List::Item> items) {
    if (form == Form::references) {
        EntityReferences references;
        references.items = references_to(items);
        return Document(std::move(references));
    }
    List list;
    list.items = std::move(items);
    return Document(std::move(list));
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
