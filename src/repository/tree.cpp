#include "repository/tree.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "repository/go_text.hpp"
#include "repository/json_fields.hpp"

namespace holdfast::repository {
namespace {

std::vector<BlobId> parse_content(const boost::json::array& list, std::string_view subject) {
    std::vector<BlobId> content;
    content.reserve(list.size());
    for (const auto& value : list) {
        const auto* text = value.if_string();
        auto id = text == nullptr ? std::nullopt : BlobId::parse({text->data(), text->size()});
        if (!id)
            throw Error(ErrorKind::corrupt,
                        std::string(subject) + " is damaged: a file's content is not a list of ids");
        content.push_back(*id);
    }
    return content;
}

std::vector<ExtendedAttribute> parse_attributes(const JsonFields& node, std::string_view subject) {
    std::vector<ExtendedAttribute> attributes;
    const auto* list = node.array("extended_attributes");
    if (list == nullptr) return attributes;
    for (const auto& entry : *list) {
        JsonFields fields(entry, subject);
        ExtendedAttribute attribute{std::string(fields.string("name")), {}};
        if (fields.find("value") != nullptr) attribute.value = as_text(fields.base64("value"));
        attributes.push_back(std::move(attribute));
    }
    return attributes;
}

Node parse_node(const boost::json::value& value, std::string_view subject) {
    JsonFields fields(value, subject);
    Node node;
    auto name = unquote_name(fields.string("name"));
    if (!name || !is_file_name(*name)) fields.wrong("name", "is not a file name");
    node.name = std::move(*name);
    node.type = fields.string_or_empty("type");
    node.mode = fields.number_or_zero("mode");
    node.mtime = fields.string_or_empty("mtime");
    node.atime = fields.string_or_empty("atime");
    node.ctime = fields.string_or_empty("ctime");
    node.uid = fields.number_or_zero("uid");
    node.gid = fields.number_or_zero("gid");
    node.user = fields.string_or_empty("user");
    node.group = fields.string_or_empty("group");
    node.inode = fields.number_or_zero("inode");
    node.device_id = fields.number_or_zero("device_id");
    node.size = fields.number_or_zero("size");
    node.links = fields.number_or_zero("links");
    // Newer restic adds the raw bytes where the target is not UTF-8.
    node.link_target = fields.find("linktarget_raw") == nullptr ? fields.string_or_empty("linktarget")
                                                                : as_text(fields.base64("linktarget_raw"));
    node.extended_attributes = parse_attributes(fields, subject);
    node.device = fields.number_or_zero("device");
    if (const auto* list = fields.array("content")) node.content = parse_content(*list, subject);
    node.subtree = fields.optional_id<BlobId>("subtree");
    return node;
}

void append_content(std::string& json, const std::optional<std::vector<BlobId>>& content) {
    if (!content) {
        json += "null";
        return;
    }
    json += '[';
    for (const auto& id : *content) {
        if (&id != &content->front()) json += ',';
        json += '"';
        json += id.to_string();
        json += '"';
    }
    json += ']';
}

void append_attributes(std::string& json, const std::vector<ExtendedAttribute>& attributes) {
    json += '[';
    for (const auto& attribute : attributes) {
        if (&attribute != &attributes.front()) json += ',';
        JsonObjectText object(json);
        object.string("name", attribute.name);
        object.string("value", to_base64(as_bytes(attribute.value)));
        object.end();
    }
    json += ']';
}

void append_node(std::string& json, const Node& node) {
    JsonObjectText object(json);
    auto text_unless_empty = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) object.string(name, value);
    };
    auto number_unless_zero = [&](std::string_view name, std::uint64_t value) {
        if (value != 0) object.number(name, value);
    };
    object.string("name", quote_name(node.name));
    object.string("type", node.type);
    number_unless_zero("mode", node.mode);
    object.string("mtime", node.mtime);
    object.string("atime", node.atime);
    object.string("ctime", node.ctime);
    object.number("uid", node.uid);
    object.number("gid", node.gid);
    text_unless_empty("user", node.user);
    text_unless_empty("group", node.group);
    number_unless_zero("inode", node.inode);
    number_unless_zero("device_id", node.device_id);
    number_unless_zero("size", node.size);
    number_unless_zero("links", node.links);
    text_unless_empty("linktarget", node.link_target);
    if (!is_utf8(node.link_target)) object.string("linktarget_raw", to_base64(as_bytes(node.link_target)));
    if (!node.extended_attributes.empty()) {
        object.key("extended_attributes");
        append_attributes(json, node.extended_attributes);
    }
    number_unless_zero("device", node.device);
    object.key("content");
    append_content(json, node.content);
    if (node.subtree) object.string("subtree", node.subtree->to_string());
    object.end();
}

}  // namespace

bool is_file_name(std::string_view name) {
    return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos &&
           name.find('\0') == std::string_view::npos;
}

Tree parse_tree(ByteView json, std::string_view subject) {
    JsonDocument document(json, subject);
    JsonFields fields(document.object(), subject);
    Tree tree;
    const auto* nodes = fields.array("nodes");
    if (nodes == nullptr) return tree;
    tree.reserve(nodes->size());
    for (const auto& value : *nodes) tree.push_back(parse_node(value, subject));
    return tree;
}

std::string encode_node(const Node& node) {
    std::string json;
    append_node(json, node);
    return json;
}

std::string encode_tree(std::span<const std::string_view> nodes) {
    std::size_t length = 32;
    for (auto node : nodes) length += node.size() + 1;
    std::string json;
    json.reserve(length);
    json += "{\"nodes\":[";
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (i > 0) json += ',';
        json += nodes[i];
    }
    json += "]}\n";
    return json;
}

std::string encode_tree(const Tree& tree) {
    std::vector<std::string> texts;
    for (const auto& node : tree) texts.push_back(encode_node(node));
    return encode_tree(std::vector<std::string_view>(texts.begin(), texts.end()));
}

}  // namespace holdfast::repository
