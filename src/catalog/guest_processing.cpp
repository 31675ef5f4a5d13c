#include "catalog/guest_processing.hpp"

#include "catalog/stored_json.hpp"

namespace holdfast::catalog {

BOOST_DESCRIBE_ENUM(VssSnapshotMode, RequireSuccess, IgnoreFailures, Disabled)
BOOST_DESCRIBE_STRUCT(GuestProcessing, (), (mode, copy_only))
BOOST_DESCRIBE_STRUCT(GuestScript, (), (command, limit_seconds))
BOOST_DESCRIBE_STRUCT(GuestScripts, (), (before, after))
BOOST_DESCRIBE_ENUM(IndexedExtent, none, all, only, all_but)
BOOST_DESCRIBE_STRUCT(IndexedPart, (), (extent, folders))
BOOST_DESCRIBE_STRUCT(GuestIndexing, (), (linux_guests, windows_guests))

std::string to_json(const GuestProcessing& processing) {
    return to_stored_json(processing);
}
std::string to_json(const GuestScripts& scripts) {
    return to_stored_json(scripts);
}
std::string to_json(const GuestIndexing& indexing) {
    return to_stored_json(indexing);
}

GuestProcessing guest_processing_from_json(const std::string& text) {
    if (text.empty()) return {};
    return from_stored_json<GuestProcessing>(text, "What is done in a guest");
}
GuestScripts guest_scripts_from_json(const std::string& text) {
    if (text.empty()) return {};
    return from_stored_json<GuestScripts>(text, "A guest script");
}
GuestIndexing guest_indexing_from_json(const std::string& text) {
    if (text.empty()) return {};
    return from_stored_json<GuestIndexing>(text, "What is indexed of a guest");
}

}  // namespace holdfast::catalog
