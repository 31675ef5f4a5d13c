#include "hypervisor/system_user.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

#include "base/error.hpp"

namespace holdfast::hypervisor {
namespace {

std::optional<unsigned> parse_id(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);  // "+107": certainly a number, not a name
    unsigned id = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return id;
}

}  // namespace

std::optional<SystemUser> parse_dac_label(std::string_view label) {
    auto colon = label.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    auto user = parse_id(label.substr(0, colon));
    auto group = parse_id(label.substr(colon + 1));
    if (!user || !group) return std::nullopt;
    return SystemUser{*user, *group};
}

SystemUser owner_of(const std::filesystem::path& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) throw os_error("Cannot look at " + path.string(), errno);
    return {status.st_uid, status.st_gid};
}

void give_to(const std::filesystem::path& path, std::string_view what, const SystemUser& user) {
    if (owner_of(path).user == user.user || ::chown(path.c_str(), user.user, user.group) == 0) return;
    throw Error(ErrorKind::forbidden,
                fmt::format("Cannot give {} {} to the user {}, under whom QEMU runs: {}", what, path.string(),
                            user.user, std::generic_category().message(errno)))
        .advise("Run Holdfast as root, or as the user under whom the virtual machines run.");
}

}  // namespace holdfast::hypervisor
