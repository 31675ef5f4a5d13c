#include "repository/rest_listing.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include "base/error.hpp"

namespace holdfast::repository {
namespace {

namespace json = boost::json;

constexpr std::size_t most_files = 16 << 20;
constexpr std::uint64_t longest_text = std::uint64_t{2} << 30;
constexpr std::size_t longest_name = 4096;

// Called by Boost.JSON's parser for each token. Depth 1 is the array of files, depth 2 a file's object.
// Whatever else stands in an object is passed over.
struct ListingHandler {
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = longest_name;
    static constexpr std::size_t max_string_size = longest_name;
    using error_code = boost::system::error_code;

    std::vector<ListedFile> files;
    int depth = 0;
    std::string key, name, part;
    std::optional<std::uint64_t> size;

    bool refuse(error_code& error, json::error why = json::error::syntax) {
        error = make_error_code(why);
        return false;
    }
    bool add(error_code& error) {
        if (files.size() == most_files) return refuse(error, json::error::array_too_large);
        auto id = FileId::parse(name);
        if (id && id->to_string() == name) files.push_back({*id, size});
        return true;
    }
    bool scalar(error_code& error) { return depth >= 2 || refuse(error); }
    bool number(std::uint64_t value, error_code& error) {
        if (depth == 2 && key == "size") size = value;
        return scalar(error);
    }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_array_begin(error_code& error) { return ++depth != 2 || refuse(error); }
    bool on_array_end(std::size_t, error_code&) { return --depth, true; }
    bool on_object_begin(error_code& error) {
        if (++depth == 1) return refuse(error);
        if (depth == 2) name.clear(), size.reset();
        return true;
    }
    bool on_object_end(std::size_t, error_code& error) { return --depth != 1 || add(error); }
    bool on_key_part(json::string_view text, std::size_t, error_code&) { return part += text, true; }
    bool on_key(json::string_view text, std::size_t, error_code&) {
        key = std::exchange(part, {}) + std::string(text);
        return true;
    }
    bool on_string_part(json::string_view text, std::size_t, error_code&) { return part += text, true; }
    bool on_string(json::string_view text, std::size_t, error_code& error) {
        std::string whole = std::exchange(part, {}) + std::string(text);
        if (depth == 0) return refuse(error);
        bool is_name = depth == 1 || (depth == 2 && key == "name");
        if (is_name) name = std::move(whole);
        if (depth != 1) return true;
        size.reset();
        return add(error);
    }
    bool on_number_part(json::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t value, json::string_view, error_code& error) {
        return value < 0 ? refuse(error) : number(static_cast<std::uint64_t>(value), error);
    }
    bool on_uint64(std::uint64_t value, json::string_view, error_code& error) { return number(value, error); }
    bool on_double(double, json::string_view, error_code& error) { return scalar(error); }
    bool on_bool(bool, error_code& error) { return scalar(error); }
    bool on_null(error_code& error) { return depth == 0 || scalar(error); }  // Go's empty list
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }
};

}  // namespace

struct RestListing::Parser {
    json::basic_parser<ListingHandler> parser{json::parse_options{}};
    std::uint64_t length = 0;

    void write(bool more, std::string_view text) {
        boost::system::error_code error;
        std::size_t used = parser.write_some(more, text.data(), text.size(), error);
        if (!error && used == text.size()) return;
        if (error == json::error::array_too_large)
            throw Error(ErrorKind::too_large, "The server lists too many files");
        throw Error(ErrorKind::corrupt, "The server's listing of files cannot be read")
            .advise("Check that the address is that of a REST server for restic repositories.");
    }
};

RestListing::RestListing() : parser_(std::make_unique<Parser>()) {}
RestListing::~RestListing() = default;
RestListing& RestListing::operator=(RestListing&&) noexcept = default;

void RestListing::feed(ByteView part) {
    parser_->length += part.size();
    if (parser_->length > longest_text) throw Error(ErrorKind::too_large, "The server's listing is too long");
    parser_->write(true, as_text(part));
}

std::vector<ListedFile> RestListing::finish() {
    parser_->write(false, "");
    return std::move(parser_->parser.handler().files);
}

}  // namespace holdfast::repository
