#include "api/resources/site.hpp"

namespace holdfast::api {

Link Site::server_link() const {
    return links_.link("Up", "/backupServers/" + server_.id.to_string(), "BackupServerReference",
                       server_.name);
}

}  // namespace holdfast::api
