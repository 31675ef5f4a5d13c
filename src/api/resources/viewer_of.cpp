#include "api/resources/viewer_of.hpp"

#include "catalog/accounts.hpp"

namespace holdfast::api {

std::optional<catalog::Viewer> viewer_of(catalog::Database& database, const Logon& logon) {
    catalog::Accounts accounts(database);
    if (logon.is_of_token())
        if (auto scoped = accounts.find_viewer_of_token(logon.id())) return scoped;
    return accounts.find_viewer(logon.account());
}

}  // namespace holdfast::api
