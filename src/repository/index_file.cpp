#include "repository/index_file.hpp"

#include "repository/go_text.hpp"
#include "repository/json_fields.hpp"

namespace holdfast::repository {
namespace {

std::uint32_t number_u32(const JsonFields& fields, std::string_view name, std::uint64_t value) {
    if (value > UINT32_MAX) fields.wrong(name, "is too large");
    return static_cast<std::uint32_t>(value);
}

PackedBlob parse_blob(const boost::json::value& value, std::string_view subject) {
    JsonFields fields(value, subject);
    PackedBlob blob;
    auto type = fields.string("type");
    if (type == "tree")
        blob.type = BlobType::tree;
    else if (type != "data")
        fields.wrong("type", "is neither data nor tree");
    blob.id = fields.id<BlobId>("id");
    blob.offset = number_u32(fields, "offset", fields.number("offset"));
    blob.length = number_u32(fields, "length", fields.number("length"));
    blob.uncompressed_size =
        number_u32(fields, "uncompressed_length", fields.number_or_zero("uncompressed_length"));
    require_sane(blob, subject);
    return blob;
}

}  // namespace

std::vector<IndexedPack> parse_index(ByteView json, std::string_view subject) {
    JsonDocument document(json, subject);
    JsonFields fields(document.object(), subject);
    std::vector<IndexedPack> packs;
    const auto* list = fields.array("packs");
    if (list == nullptr) return packs;
    packs.reserve(list->size());
    for (const auto& value : *list) {
        JsonFields pack_fields(value, subject);
        IndexedPack pack{.id = pack_fields.id<PackId>("id"), .blobs = {}};
        if (const auto* blobs = pack_fields.array("blobs")) {
            pack.blobs.reserve(blobs->size());
            for (const auto& blob : *blobs) pack.blobs.push_back(parse_blob(blob, subject));
        }
        packs.push_back(std::move(pack));
    }
    return packs;
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
