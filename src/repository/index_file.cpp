#include "repository/index_file.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "repository/go_text.hpp"

namespace holdfast::repository {
namespace {

namespace json = boost::json;

// Takes what the JSON parser meets, one thing after the other: an index of millions of blobs is not held as a
// document. Fields that are null count as missing, as in Go; unknown ones are ignored.
class IndexHandler {
  public:
    static constexpr std::size_t max_object_size = SIZE_MAX;
    static constexpr std::size_t max_array_size = SIZE_MAX;
    static constexpr std::size_t max_key_size = 64 << 10;
    static constexpr std::size_t max_string_size = 1 << 20;

    explicit IndexHandler(std::string_view subject) : subject_(subject) {}

    std::vector<IndexedPack> take() { return std::move(packs_); }

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }

    bool on_object_begin(json::error_code&) {
        if (skipped_ > 0) return skip();
        switch (place_) {
            case Place::outside:
                place_ = Place::root;
                return true;
            case Place::packs:
                place_ = Place::pack;
                has_pack_id_ = false;
                packs_.emplace_back();
                return true;
            case Place::blobs:
                place_ = Place::blob;
                blob_ = {};
                seen_ = {};
                return true;
            default:
                require_unknown(key_);
                return skip();
        }
    }

    bool on_object_end(std::size_t, json::error_code&) {
        if (skipped_ > 0) return unskip();
        switch (place_) {
            case Place::blob:
                finish_blob();
                place_ = Place::blobs;
                return true;
            case Place::pack:
                if (!has_pack_id_) wrong("id", "is missing");
                place_ = Place::packs;
                return true;
            default:
                place_ = Place::outside;
                return true;
        }
    }

    bool on_array_begin(json::error_code&) {
        if (skipped_ > 0) return skip();
        if (place_ == Place::root && key_ == "packs")
            place_ = Place::packs;
        else if (place_ == Place::pack && key_ == "blobs")
            place_ = Place::blobs;
        else if (is_list() || place_ == Place::outside)
            no_object();
        else {
            require_unknown(key_);
            skip();
        }
        return true;
    }

    bool on_array_end(std::size_t, json::error_code&) {
        if (skipped_ > 0) return unskip();
        place_ = place_ == Place::blobs ? Place::pack : Place::root;
        return true;
    }

    bool on_key_part(json::string_view part, std::size_t, json::error_code&) { return append(part); }
    bool on_key(json::string_view part, std::size_t, json::error_code&) {
        append(part);
        if (skipped_ == 0) key_ = text_;
        text_.clear();
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, json::error_code&) { return append(part); }
    bool on_string(json::string_view part, std::size_t, json::error_code&) {
        if (skipped_ > 0) return true;
        if (text_.empty()) {
            take_string(part);
        } else {
            append(part);
            take_string(text_);
            text_.clear();
        }
        return true;
    }

    bool on_number_part(json::string_view, json::error_code&) { return true; }
    bool on_int64(std::int64_t value, json::string_view, json::error_code&) {
        // The parser gives what fits as a signed number.
        return value < 0 ? take_other() : take_number(static_cast<std::uint64_t>(value));
    }
    bool on_uint64(std::uint64_t value, json::string_view, json::error_code&) { return take_number(value); }
    bool on_double(double, json::string_view, json::error_code&) { return take_other(); }
    bool on_bool(bool, json::error_code&) { return take_other(); }
    bool on_null(json::error_code&) {
        if (skipped_ == 0 && (is_list() || place_ == Place::outside)) no_object();
        return true;
    }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

  private:
    enum class Place { outside, root, packs, pack, blobs, blob };
    struct Seen {
        bool id = false, type = false, offset = false, length = false;
    };

    bool is_list() const { return place_ == Place::packs || place_ == Place::blobs; }
    bool skip() {
        ++skipped_;
        return true;
    }
    bool unskip() {
        --skipped_;
        return true;
    }
    bool append(json::string_view part) {
        if (skipped_ == 0) text_.append(part.data(), part.size());
        return true;
    }

    [[noreturn]] void wrong(std::string_view field, std::string_view how) const {
        throw Error(ErrorKind::corrupt, std::string(subject_) + " is damaged: its field \"" +
                                            std::string(field) + "\" " + std::string(how));
    }
    [[noreturn]] void no_object() const {
        throw Error(ErrorKind::corrupt, std::string(subject_) + " is damaged: a JSON object was expected");
    }

    // A value of another kind than the field has.
    void require_unknown(std::string_view field) const {
        bool is_list_field =
            (place_ == Place::root && field == "packs") || (place_ == Place::pack && field == "blobs");
        if (is_list_field) wrong(field, "is not a list");
        bool is_text = (place_ == Place::pack && field == "id") ||
                       (place_ == Place::blob && (field == "id" || field == "type"));
        if (is_text) wrong(field, "is not a string");
        bool is_number = place_ == Place::blob &&
                         (field == "offset" || field == "length" || field == "uncompressed_length");
        if (is_number) wrong(field, "is not a whole number");
    }

    bool take_other() {
        if (skipped_ > 0) return true;
        if (is_list() || place_ == Place::outside) no_object();
        require_unknown(key_);
        return true;
    }

    bool take_number(std::uint64_t value) {
        if (skipped_ > 0 || place_ != Place::blob) return take_other();
        if (key_ == "offset") {
            blob_.offset = fitting(value);
            seen_.offset = true;
        } else if (key_ == "length") {
            blob_.length = fitting(value);
            seen_.length = true;
        } else if (key_ == "uncompressed_length") {
            blob_.uncompressed_size = fitting(value);
        } else {
            require_unknown(key_);
        }
        return true;
    }

    std::uint32_t fitting(std::uint64_t value) const {
        if (value > UINT32_MAX) wrong(key_, "is too large");
        return static_cast<std::uint32_t>(value);
    }

    void take_string(std::string_view text) {
        if (place_ == Place::blob && key_ == "id") {
            blob_.id = id<BlobId>(text);
            seen_.id = true;
        } else if (place_ == Place::blob && key_ == "type") {
            if (text != "data" && text != "tree") wrong("type", "is neither data nor tree");
            blob_.type = text == "tree" ? BlobType::tree : BlobType::data;
            seen_.type = true;
        } else if (place_ == Place::pack && key_ == "id") {
            packs_.back().id = id<PackId>(text);
            has_pack_id_ = true;
        } else {
            take_other();
        }
    }

    template <typename Id>
    Id id(std::string_view text) const {
        auto parsed = Id::parse(text);
        if (!parsed) wrong("id", "is not a SHA-256");
        return *parsed;
    }

    void finish_blob() {
        if (!seen_.type) wrong("type", "is missing");
        if (!seen_.id) wrong("id", "is missing");
        if (!seen_.offset) wrong("offset", "is missing");
        if (!seen_.length) wrong("length", "is missing");
        require_sane(blob_, subject_);
        packs_.back().blobs.push_back(blob_);
    }

    const std::string_view subject_;
    std::vector<IndexedPack> packs_;
    Place place_ = Place::outside;
    std::size_t skipped_ = 0;  // how deep in a value that is ignored
    std::string key_;          // of the value that comes, in the object at `place_`
    std::string text_;         // of a key or string that comes in parts
    bool has_pack_id_ = false;
    PackedBlob blob_;
    Seen seen_;
};

}  // namespace

std::vector<IndexedPack> parse_index(ByteView text, std::string_view subject) {
    json::basic_parser<IndexHandler> parser(json::parse_options(), subject);
    json::error_code error;
    std::size_t read =
        parser.write_some(false, reinterpret_cast<const char*>(text.data()), text.size(), error);
    if (!error && read < text.size()) error = json::error::extra_data;
    if (error)
        throw Error(ErrorKind::corrupt,
                    std::string(subject) + " is damaged: it is not valid JSON (" + error.message() + ")");
    return parser.handler().take();
}

std::string encode_index(std::span<const IndexedPack> packs) {
    std::string json = "{\"packs\":[";
    for (const auto& pack : packs) {
        if (&pack != &packs.front()) json += ',';
        JsonObjectText pack_object(json);
        pack_object.string("id", pack.id.to_string());
        pack_object.key("blobs");
        json += '[';
        for (const auto& blob : pack.blobs) {
            if (&blob != &pack.blobs.front()) json += ',';
            JsonObjectText blob_object(json);
            blob_object.string("id", blob.id.to_string());
            blob_object.string("type", to_string(blob.type));
            blob_object.number("offset", blob.offset);
            blob_object.number("length", blob.length);
            if (blob.uncompressed_size != 0)
                blob_object.number("uncompressed_length", blob.uncompressed_size);
            blob_object.end();
        }
        json += ']';
        pack_object.end();
    }
    json += "]}\n";
    return json;
}

}  // namespace holdfast::repository
