#include "api/resources/file_restore_limits.hpp"

#include <string_view>

#include "api/resources/services.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace holdfast::api {
namespace {

// "doc, .PDF" allows "a.pdf". A name without a dot has no extension and is not allowed.
bool has_allowed_extension(std::string_view allowed, std::string_view name) {
    auto dot = name.rfind('.');
    if (dot == std::string_view::npos) return false;
    for (std::size_t start = 0; start <= allowed.size();) {
        auto end = std::min(allowed.find_first_of(",;", start), allowed.size());
        auto extension = trimmed(allowed.substr(start, end - start));
        if (extension.starts_with('.')) extension.remove_prefix(1);
        if (!extension.empty() && equal_ignoring_case(extension, name.substr(dot + 1))) return true;
        start = end + 1;
    }
    return false;
}

}  // namespace

catalog::RestoreLimits limits_of(const Services& services, const Call& call) {
    if (call.logon().roles().contains(AccountRole::portal_administrator)) return {};
    auto account = catalog::Accounts(services.database).find_by_name(call.logon().account());
    return account ? account->limits : catalog::RestoreLimits();
}

void check_download(const catalog::RestoreLimits& limits, const guest::Entry& entry) {
    if (limits.files_in_place_only)
        throw Error(ErrorKind::forbidden,
                    "Access denied: this account may restore files to their original place only");
    check_restore_in_place(limits, entry);
}

void check_restore_in_place(const catalog::RestoreLimits& limits, const guest::Entry& entry) {
    if (limits.file_extensions.empty()) return;
    if (entry.kind == guest::EntryKind::directory)
        throw Error(ErrorKind::forbidden,
                    "Access denied: this account may restore only some kinds of files, so no folders")
            .advise("Restore single files. Allowed: " + limits.file_extensions + ".");
    if (!has_allowed_extension(limits.file_extensions, entry.name))
        throw Error(ErrorKind::forbidden, "Access denied: this account may not restore files of this kind")
            .advise("Allowed: " + limits.file_extensions + ".");
}

}  // namespace holdfast::api
