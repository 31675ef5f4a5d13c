// Bytes of a connection: what is read, and whether it is refused, does not depend on how they arrive. Which
// of several faults is told first may.
#include <algorithm>
#include <string>

#include "http/request_reader.hpp"
#include "target.hpp"

namespace {

using namespace holdfast;

struct Outcome {
    bool is_complete = false;
    bool is_refused = false;
    std::string method, path, query, body;
    bool operator==(const Outcome&) const = default;
};

Outcome read_in_pieces(std::string_view bytes, std::size_t piece) {
    using Progress = http::RequestReader::Progress;
    http::RequestReader reader({.max_header_bytes = 4096, .max_body_bytes = 4096});
    std::string input;
    Outcome outcome;
    while (true) {
        auto before = input.size();
        auto progress = reader.consume(input);
        if (progress == Progress::refused) {
            outcome.is_refused = true;
            return outcome;
        }
        if (progress == Progress::complete) break;
        if (progress == Progress::head_complete || input.size() < before) continue;
        if (bytes.empty()) return outcome;
        input.append(bytes.substr(0, piece));
        bytes.remove_prefix(std::min(piece, bytes.size()));
    }
    auto request = reader.take_request();
    outcome.is_complete = true;
    outcome.method = request.method;
    outcome.path = request.path;
    outcome.query = request.query;
    outcome.body = request.body;
    fuzz::must_hold(outcome.body.size() <= 4096, "the limit of a body holds");
    return outcome;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto bytes = fuzz::as_text(data, std::min<std::size_t>(size, 16384));
    // Past its limits a head may be refused for its size or for its content, whichever is seen first.
    auto whole = read_in_pieces(bytes, 16384);
    auto pieces = read_in_pieces(bytes, 7);
    if (bytes.size() <= 4096) fuzz::must_hold(whole == pieces, "a request reads the same in pieces");
    return 0;
}
