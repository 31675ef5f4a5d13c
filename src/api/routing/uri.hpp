// Paths and queries of request targets, as clients really write them. Plain functions over text: nothing here
// throws.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::api {

enum class Plus { is_itself, is_blank };

// Decodes %xx. A percent sign that is followed by no two hexadecimal digits stands for itself.
std::string percent_decode(std::string_view text, Plus plus);
// Everything but letters, digits, "-._~" and the characters of `kept` becomes %XX.
std::string percent_encode(std::string_view text, std::string_view kept = "");

// "/api//jobs/a%20b/" is {"api", "jobs", "a b"}: empty segments are folded, each segment is decoded. Nothing
// for a path that cannot be one of ours: a segment "." or "..", a NUL byte or a slash inside a segment, or
// more than 512 segments. A segment that is a slash and nothing else ("%2F") names the root of a Linux guest.
// Below a drive ("C:") backslashes separate, too.
std::optional<std::vector<std::string>> split_path(std::string_view path);

// The parameters of a query. Names in any letter case; `+` and %20 are blanks; "&amp;" is read as "&",
// because clients copy links out of XML; of a parameter that comes twice the first counts. At most 200 are
// kept.
class QueryParameters {
  public:
    static QueryParameters parse(std::string_view query);

    std::optional<std::string_view> find(std::string_view name) const;
    // Empty where it is missing.
    std::string_view get(std::string_view name) const { return find(name).value_or(std::string_view()); }
    const std::vector<std::pair<std::string, std::string>>& all() const { return parameters_; }

  private:
    std::vector<std::pair<std::string, std::string>> parameters_;
};

}  // namespace holdfast::api
