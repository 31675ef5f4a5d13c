#include "base/error.hpp"

#include <cerrno>
#include <system_error>

namespace holdfast {

std::string_view to_string(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::invalid_input:
            return "invalid input";
        case ErrorKind::unauthenticated:
            return "unauthenticated";
        case ErrorKind::forbidden:
            return "forbidden";
        case ErrorKind::not_found:
            return "not found";
        case ErrorKind::conflict:
            return "conflict";
        case ErrorKind::too_large:
            return "too large";
        case ErrorKind::not_supported:
            return "not supported";
        case ErrorKind::unavailable:
            return "unavailable";
        case ErrorKind::cancelled:
            return "cancelled";
        case ErrorKind::io:
            return "input/output error";
        case ErrorKind::corrupt:
            return "corrupt data";
        case ErrorKind::internal:
            return "internal error";
    }
    return "error";
}

Error::Error(ErrorKind kind, std::string happened) : kind_(kind), happened_(std::move(happened)) {
    compose();
}

Error& Error::advise(std::string advice) {
    advice_ = std::move(advice);
    compose();
    return *this;
}

Error& Error::add_context(std::string_view doing) {
    context_ = context_.empty() ? std::string(doing) : std::string(doing) + ", " + context_;
    compose();
    return *this;
}

void Error::compose() {
    text_ = context_.empty() ? happened_ : "While " + context_ + ": " + happened_;
    if (!text_.empty() && text_.back() != '.') text_ += '.';
    if (!advice_.empty()) text_ += ' ' + advice_;
}

Error os_error(std::string happened, int error_number) {
    Error error(ErrorKind::io, happened + ": " + std::generic_category().message(error_number));
    if (error_number == ENOSPC || error_number == EDQUOT)
        error.advise("Free some space there, then try again.");
    if (error_number == EACCES || error_number == EPERM)
        error.advise("Give the account that runs Holdfast the right to do so.");
    return error;
}

}  // namespace holdfast
