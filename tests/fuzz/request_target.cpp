// The target of a request: a path, and behind the first "?" a query. What is read is within its limits, finds
// a route or none, and reads the same once it is written.
#include "api/routing/known_operations.hpp"
#include "api/routing/path_tree.hpp"
#include "api/routing/uri.hpp"
#include "target.hpp"

namespace {

using namespace holdfast;
using namespace holdfast::api;

const PathTree& paths_of_em() {
    static const PathTree tree = [] {
        PathTree made;
        for (const auto& operation : known_operations()) made.add("/api" + std::string(operation.path));
        return made;
    }();
    return tree;
}

void read_path(std::string_view path) {
    auto segments = split_path(path);
    if (!segments) return;
    fuzz::must_hold(segments->size() <= 512, "the limit of segments holds");
    std::string written;
    for (const auto& segment : *segments) {
        fuzz::must_hold(!segment.empty() && segment != "." && segment != "..", "no segment leads elsewhere");
        fuzz::must_hold(segment == "/" || segment.find('/') == std::string::npos, "a segment is one segment");
        fuzz::must_hold(segment.find('\0') == std::string::npos, "no segment holds a NUL byte");
        written += "/" + percent_encode(segment);
    }
    fuzz::must_hold(split_path(written) == segments, "a path reads the same once it is written");
    if (auto match = paths_of_em().find(*segments))
        fuzz::must_hold(match->parameters.size() <= segments->size(), "a parameter is a segment");
}

void read_query(std::string_view query) {
    auto parameters = QueryParameters::parse(query);
    fuzz::must_hold(parameters.all().size() <= 200, "the limit of parameters holds");
    for (const auto& [name, value] : parameters.all()) {
        fuzz::must_hold(parameters.find(name).has_value(), "a parameter is found by its name");
        for (auto plus : {Plus::is_blank, Plus::is_itself})
            fuzz::must_hold(percent_decode(percent_encode(value), plus) == value,
                            "what is encoded can be decoded");
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto text = fuzz::as_text(data, size);
    auto end = std::min(text.find('?'), text.size());
    read_path(text.substr(0, end));
    read_query(text.substr(std::min(end + 1, text.size())));
    return 0;
}
