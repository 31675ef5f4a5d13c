#include "repository/parsers.hpp"

#include "base/error.hpp"
#include "repository/config_file.hpp"
#include "repository/go_text.hpp"
#include "repository/index_file.hpp"
#include "repository/key_file.hpp"
#include "repository/lock.hpp"
#include "repository/pack.hpp"
#include "repository/repository_url.hpp"
#include "repository/snapshot_file.hpp"
#include "repository/tree.hpp"
#include "repository/unpacked_files.hpp"

namespace holdfast::repository {
namespace {

constexpr std::string_view subject = "The input";

template <typename Parse>
bool accepted(Parse parse) {
    try {
        parse();
        return true;
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::internal) throw;
        return false;
    }
}

// What is accepted is written so that it reads the same.
template <typename Parse, typename Encode>
bool accepted_and_kept(ByteView json, Parse parse, Encode encode) {
    return accepted([&] {
        auto text = encode(parse(json, subject));
        std::string again;
        try {
            again = encode(parse(as_bytes(text), subject));
        } catch (const Error& error) {
            throw Error(ErrorKind::internal, error.happened());
        }
        if (again != text) throw Error(ErrorKind::internal, "What was written reads differently");
    });
}

}  // namespace

bool try_parse_config(ByteView json) {
    return accepted_and_kept(json, parse_config, encode);
}

bool try_parse_key_file(ByteView json) {
    return accepted([&] { parse_key_file(json, subject); });
}

bool try_parse_pack_header(ByteView opened_header) {
    return accepted([&] { parse_pack_header(opened_header, subject); });
}

bool try_parse_index(ByteView json) {
    return accepted_and_kept(json, parse_index, encode_index);
}

bool try_parse_tree(ByteView json) {
    return accepted_and_kept(json, parse_tree, [](const Tree& tree) { return encode_tree(tree); });
}

bool try_parse_snapshot(ByteView json) {
    return accepted_and_kept(json, parse_snapshot, encode_snapshot);
}

bool try_parse_lock(ByteView json) {
    return accepted_and_kept(json, parse_lock, encode_lock);
}

bool try_decode_unpacked(ByteView opened) {
    return accepted([&] { decode_unpacked(Bytes(opened.begin(), opened.end()), subject); });
}

bool try_unquote_name(ByteView text) {
    auto name = unquote_name(as_text(text));
    if (!name) return false;
    if (unquote_name(quote_name(*name)) != name)
        throw Error(ErrorKind::internal, "A quoted name does not come back as the same name");
    return true;
}

bool try_parse_url(ByteView text) {
    without_password(as_text(text));
    return accepted([&] { parse_repository_url(as_text(text)); });
}

}  // namespace holdfast::repository
