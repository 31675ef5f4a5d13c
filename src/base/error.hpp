// The one family of exceptions: what happened, to what, and what to do about it.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace holdfast {

// What sort of failure it is. The edge (HTTP, command line) turns it into a status once; nothing else looks.
enum class ErrorKind {
    invalid_input,    // the caller's request is wrong: 400
    unauthenticated,  // no or an expired session, wrong password: 401
    forbidden,        // known, but not allowed: 403
    not_found,        // no such thing: 404
    conflict,         // right now another thing stands in the way, e.g. the job runs already: 409
    too_large,        // a limit on the size of a request: 413
    not_supported,    // not built, or this installation lacks what it needs: 501
    unavailable,      // something outside does not answer; may pass: 503
    cancelled,        // somebody asked for it to stop
    io,               // the operating system refused: disk full, no permission
    corrupt,          // stored data is not what was written
    internal,         // a defect of Holdfast
};

std::string_view to_string(ErrorKind kind);

// Thrown by value, caught by reference. `happened` is a whole sentence that names its subject, without a full
// stop:
//   throw Error(ErrorKind::io, "Cannot write /srv/backup/data/ab: no space left on device")
//       .advise("Free some space in /srv/backup, then retry the job.");
class Error : public std::exception {
  public:
    Error(ErrorKind kind, std::string happened);

    // What the user can do about it: a whole sentence with its full stop.
    Error& advise(std::string advice);
    // What was being done, told on the way up: add_context("backing up disk vda of web01").
    Error& add_context(std::string_view doing);

    ErrorKind kind() const { return kind_; }
    const std::string& happened() const { return happened_; }
    const std::string& advice() const { return advice_; }
    // Everything in one line: "While backing up web01: Cannot write ...: no space left. Free some space ..."
    const char* what() const noexcept override { return text_.c_str(); }

  private:
    void compose();

    ErrorKind kind_;
    std::string happened_;
    std::string advice_;
    std::string context_;
    std::string text_;
};

// An Error of kind io that says what errno says: "<happened>: No space left on device".
Error os_error(std::string happened, int error_number);

// Runs `work`; an Error that leaves it is told what was being done.
template <typename Work>
decltype(auto) with_context(std::string_view doing, Work&& work) {
    try {
        return std::forward<Work>(work)();
    } catch (Error& error) {
        error.add_context(doing);
        throw;
    }
}

}  // namespace holdfast
