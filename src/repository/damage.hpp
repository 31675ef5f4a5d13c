// What counts as damage of a repository, and the bounded list in which it is told.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"

namespace holdfast::repository {

// Whether an error says that one file or blob is not what was written, a bad sector included, so that others
// may still be well. A storage that does not answer at all is no damage.
inline bool is_damage(const Error& error) {
    return error.kind() == ErrorKind::corrupt || error.kind() == ErrorKind::not_found ||
           error.kind() == ErrorKind::too_large || error.kind() == ErrorKind::io;
}

// Sentences for CheckResult::problems. One thread at a time.
class ProblemList {
  public:
    static constexpr std::size_t limit = 1000;

    void add(std::string problem) {
        if (problems_.size() < limit)
            problems_.push_back(std::move(problem));
        else if (problems_.size() == limit)
            problems_.push_back("There are more problems than are listed");
    }
    // Looking further tells nothing new.
    bool is_full() const { return problems_.size() > limit; }
    std::vector<std::string> take() { return std::move(problems_); }

  private:
    std::vector<std::string> problems_;
};

}  // namespace holdfast::repository
