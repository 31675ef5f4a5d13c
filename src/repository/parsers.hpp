// Every parser of bytes that come from a repository, in one shape: for fuzzing, and for whoever wants to know
// whether bytes are well-formed. True when they parse; false when they are refused with an Error; anything
// else that happens is a defect.
#pragma once

#include <array>
#include <string_view>

#include "repository/bytes.hpp"

namespace holdfast::repository {

bool try_parse_config(ByteView json);
bool try_parse_key_file(ByteView json);
bool try_parse_pack_header(ByteView opened_header);
bool try_parse_index(ByteView json);
bool try_parse_tree(ByteView json);
bool try_parse_snapshot(ByteView json);
bool try_parse_lock(ByteView json);
// A decrypted file: JSON, or a byte 2 and zstd.
bool try_decode_unpacked(ByteView opened);
// As strconv.Unquote; a name that is accepted comes back the same after quoting it.
bool try_unquote_name(ByteView text);
// Where a repository is, as somebody gives it: no file, but text from outside all the same.
bool try_parse_url(ByteView text);

struct NamedParser {
    std::string_view name;
    bool (*try_parse)(ByteView bytes);
};

inline constexpr std::array all_parsers{NamedParser{"config", try_parse_config},
                                        NamedParser{"key", try_parse_key_file},
                                        NamedParser{"pack_header", try_parse_pack_header},
                                        NamedParser{"index", try_parse_index},
                                        NamedParser{"tree", try_parse_tree},
                                        NamedParser{"snapshot", try_parse_snapshot},
                                        NamedParser{"lock", try_parse_lock},
                                        NamedParser{"unpacked", try_decode_unpacked},
                                        NamedParser{"name", try_unquote_name},
                                        NamedParser{"url", try_parse_url}};

}  // namespace holdfast::repository
