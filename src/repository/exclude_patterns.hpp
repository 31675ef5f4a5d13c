// Patterns as restic's --exclude has them. Source: restic doc/040_backup.rst, "Excluding Files"; Go's
// path/filepath.Match for the parts between slashes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::repository {

// Any thread.
class ExcludePatterns {
  public:
    // invalid_input for a pattern that is none: an open bracket, a backslash at the end.
    explicit ExcludePatterns(std::span<const std::string> patterns);

    // Whether a path, which begins with "/", is left out: the last pattern that matches decides, and one that
    // begins with "!" takes back in. What stands below a folder that is left out is left out with it.
    bool exclude(std::string_view absolute_path) const;

  private:
    struct Pattern {
        std::vector<std::string> parts;  // "/" first where it begins there; "**" is any number of folders
        bool takes_back = false;
    };
    std::vector<Pattern> patterns_;
};

// Go's filepath.Match: `*` and `?` (not across "/"), `[a-z]`, `[^a]`, `\` before what shall stand for itself.
// `pattern` is well formed.
bool matches_glob(std::string_view pattern, std::string_view name);

}  // namespace holdfast::repository
