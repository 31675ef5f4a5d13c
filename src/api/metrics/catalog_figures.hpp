// Jobs, backups, repositories and what runs, as the catalog knows them.
#pragma once

#include <string>
#include <vector>

#include "catalog/database.hpp"
#include "protection/machine_census.hpp"

namespace holdfast::api {

// One part of the page, complete in itself. At most 1,000 jobs, backups and repositories each, the oldest;
// how many there are in all is told besides.
std::string catalog_page(catalog::Database& database, const std::vector<protection::CountedHost>& hosts);

}  // namespace holdfast::api
