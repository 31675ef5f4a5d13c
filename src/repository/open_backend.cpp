#include "repository/open_backend.hpp"

#include "repository/file_system.hpp"
#include "repository/local_backend.hpp"
#include "repository/rclone_server.hpp"
#include "repository/repository_url.hpp"
#include "repository/rest_backend.hpp"

namespace holdfast::repository {
namespace {

std::unique_ptr<RestBackend> reach(const RestAddress& address, const std::string& url) {
    return std::make_unique<RestBackend>(RestServer{.address = address, .name = without_password(url)});
}

std::unique_ptr<RestBackend> reach(const RcloneAddress& address, const std::string& url) {
    auto rclone = std::make_shared<RcloneServer>(address);
    auto backend = std::make_unique<RestBackend>(
        RestServer{.address = rclone->address(), .name = without_password(url), .explain = [rclone] {
                       return rclone->explain();
                   }});
    // rclone starts without a look at its storage, and says of a file there that it is missing where the
    // storage does not answer. This asks it in earnest.
    backend->list(FileType::key);
    return backend;
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
