// What every collection of resources looks like, so that generic code can fill and page any of them.
#pragma once

#include <optional>
#include <vector>

#include "api/types/link.hpp"

namespace holdfast::api {

// struct Jobs : List<Job> {};
template <typename T>
struct List {
    using Item = T;
    std::vector<T> items;
    // Written in XML only, when the collection was asked for page by page.
    std::optional<api::PagingInfo> PagingInfo{};
};

}  // namespace holdfast::api
