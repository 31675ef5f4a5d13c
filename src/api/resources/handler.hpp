// Small pieces that the handlers of all resources share.
#pragma once

#include <fmt/format.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "api/query/requested_selection.hpp"
#include "api/resources/other_server_objects.hpp"
#include "api/resources/represent.hpp"
#include "api/resources/services.hpp"
#include "api/routing/collection.hpp"
#include "api/routing/route.hpp"
#include "base/text.hpp"

namespace holdfast::api {

// A handler with its services bound to it.
template <typename Handler>
RouteHandler bind_handler(const Services& services, Handler handler) {
    return [&services, handler](const Call& call) { return handler(services, call); };
}

// Makes rows of the table of routes: `row(method, path, action, handler)`, all of them for those callers.
inline auto rows_for(const Services& services, Callers callers) {
    return [&services, callers](std::string_view method, std::string_view path, std::string_view action,
                                auto handler) {
        return Route{.method = method,
                     .path = path,
                     .action = action,
                     .callers = callers,
                     .handler = bind_handler(services, handler)};
    };
}

// The record that a path names, or 404: "There is no job <id>".
template <typename Record>
Record require(std::optional<Record> record, const std::string& kind, const Uuid& id) {
    if (!record) throw Error(ErrorKind::not_found, "There is no " + kind + " " + id.to_string());
    return std::move(*record);
}

// What is ours and not EM's in an entity is told only to whoever asks: ?details=true.
inline bool wants_details(const Call& call) {
    return equal_ignoring_case(call.query().get("details"), "true");
}

// For what is asked of the backup server in the path, or of what is below it: 404 where there is none, and
// not_supported, with where to ask, where it is another one than this.
void require_this_server(const Services& services, const Call& call);

// 201 with the new resource, and where it is.
template <typename T>
Answer created_at(T resource) {
    std::string location = resource.Href.value_or("");
    auto answer = created(std::move(resource));
    answer.headers = {{"Location", std::move(location)}};
    return answer;
}

// More of a sorted collection than this is given in pages only: it is sorted anew for each part that is read.
inline constexpr std::uint64_t longest_sorted = 100'000;

// What shows a record of this server by `represent_one`, and one of another server as that told it.
template <typename Item, typename Record, typename Represent>
auto also_of_others(Represent represent_one) {
    return [represent_one](const catalog::HereOrOther<Record>& record, Site& site) -> Item {
        if (const auto* here = std::get_if<Record>(&record)) return represent_one(*here, site);
        return represent_other<Item>(std::get<catalog::PeerRecord>(record), site);
    };
}

// The whole of a collection, sent while it is read: `parts` read it. `represent_one` is kept until the last
// record was sent: it refers to nothing of the call.
template <typename List, typename Parts, typename Represent>
Answer whole_list(const Services& services, const Call& call, std::shared_ptr<Parts> parts,
                  Represent represent_one) {
    auto form = call.wants_entities() ? Form::entities : Form::references;
    auto site = std::make_shared<Site>(services.site(call));
    auto next_part = [=]() {
        std::vector<typename List::Item> items;
        for (const auto& record : parts->next()) items.push_back(represent_one(record, *site));
        return items;
    };
    Answer answer{.document = part_of_collection<List>(form, next_part())};
    if (parts->is_complete()) return answer;
    answer.rest = [=]() -> std::optional<Document> {
        auto items = next_part();
        if (items.empty()) return std::nullopt;
        return part_of_collection<List>(form, std::move(items));
    };
    return answer;
}

// The entities of records that were selected, and of which collection or page they are.
template <typename List, typename Records, typename Represent>
Answer selected_list(const Services& services, const Call& call, const catalog::Source& source,
                     const std::optional<PageRequest>& page, const Records& selected,
                     Represent represent_one) {
    if (!page && source.is_long && selected.records.size() > longest_sorted)
        throw Error(
            ErrorKind::invalid_input,
            fmt::format("A sorted collection of more than {} is too long for one answer", longest_sorted))
            .advise("Ask for it page by page, with pageSize and page, or leave sortAsc and sortDesc out.");
    auto site = services.site(call);
    std::vector<typename List::Item> items;
    items.reserve(selected.records.size());
    for (const auto& record : selected.records) items.push_back(represent_one(record, site));
    if constexpr (std::is_base_of_v<Entity, typename List::Item>)
        return page_of_collection<List>(call, std::move(items), page, selected.total);
    else
        return page_of_resources<List>(call, std::move(items), page, selected.total);
}

// A collection of what `represent` makes of the records of a source: filtered, sorted and cut by the database
// as the request asks for. `selection` begins with services.selection(call).
template <typename List, typename Record, typename Represent>
Answer list_of(const Services& services, const Call& call, const catalog::RecordSource<Record>& source,
               catalog::Selection selection, Represent represent_one) {
    auto page = requested_page(call);
    apply_request(call, page, source.fields, source.name, selection);
    bool is_by_part =
        std::is_base_of_v<Entity, typename List::Item> && !page && catalog::is_by_creation(source, selection);
    if (!page && !is_by_part && source.is_long) selection.slice = catalog::Slice{0, longest_sorted + 1};
    constexpr bool is_of_others = std::is_same_v<Record, catalog::PeerRecord>;
    if constexpr (std::is_base_of_v<Entity, typename List::Item> && !is_of_others) {
        if (catalog::has_others(source, selection)) {
            auto represent_any = also_of_others<typename List::Item, Record>(represent_one);
            if (is_by_part)
                return whole_list<List>(
                    services, call,
                    std::make_shared<catalog::PartsWithOthers<Record>>(services.database, source, selection),
                    represent_any);
            return selected_list<List>(services, call, source, page,
                                       catalog::select_with_others(services.database, source, selection),
                                       represent_any);
        }
    }
    if constexpr (std::is_base_of_v<Entity, typename List::Item>) {
        if (is_by_part)
            return whole_list<List>(
                services, call,
                std::make_shared<catalog::RecordParts<Record>>(services.database, source, selection),
                represent_one);
    }
    return selected_list<List>(services, call, source, page,
                               catalog::select_records(services.database, source, selection), represent_one);
}

template <typename List, typename Record>
Answer list_of(const Services& services, const Call& call, const catalog::RecordSource<Record>& source,
               const catalog::Selection& selection) {
    return list_of<List>(services, call, source, selection,
                         [](const Record& record, Site& site) { return represent(record, site); });
}

template <typename List, typename Record>
Answer list_of(const Services& services, const Call& call, const catalog::RecordSource<Record>& source) {
    return list_of<List>(services, call, source, services.selection(call));
}

// Collections of sessions go back 30 days; queries find older ones too.
inline Timestamp oldest_listed_session() {
    return now() - std::chrono::days(30);
}

// Roles that read infrastructure and results, and those that also restore.
inline constexpr Callers readers = Callers::roles({AccountRole::portal_user});
inline constexpr Callers restorers = Callers::roles(
    {AccountRole::portal_user, AccountRole::vm_restore_operator, AccountRole::file_restore_operator});

}  // namespace holdfast::api
