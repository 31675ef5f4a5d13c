#include "repository/open_backend.hpp"

#include "base/error.hpp"
#include "repository/file_system.hpp"
#include "repository/local_backend.hpp"
#include "repository/repository_url.hpp"
#include "repository/rest_backend.hpp"

namespace holdfast::repository {
namespace {

std::unique_ptr<RestBackend> reach(const RestAddress& address, const std::string& url) {
    return std::make_unique<RestBackend>(RestServer{.address = address, .name = without_password(url)});
}

std::unique_ptr<RestBackend> reach(const RcloneAddress&, const std::string&) {
    throw Error(ErrorKind::not_supported, "Repositories behind rclone are not built yet");
}

std::unique_ptr<LocalBackend> reach(const LocalAddress& address, const std::string&) {
    return std::make_unique<LocalBackend>(address.folder, posix_file_system());
}

}  // namespace

std::unique_ptr<Backend> open_backend(const std::string& url, Layout layout) {
    return std::visit(
        [&](const auto& address) -> std::unique_ptr<Backend> {
            auto backend = reach(address, url);
            if (layout == Layout::make) backend->make_layout();
            return backend;
        },
        parse_repository_url(url));
}

}  // namespace holdfast::repository
