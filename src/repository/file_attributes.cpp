#include "repository/file_attributes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/error.hpp"
#include "repository/file_mode.hpp"
#include "repository/file_time.hpp"

namespace holdfast::repository {
namespace {

class Refusals {
  public:
    // Whether the system has done it.
    bool note(int result, const std::string& what) {
        if (result == 0) return true;
        texts_.push_back(os_error("Cannot set " + what, errno).happened());
        return false;
    }
    std::vector<std::string> take() { return std::move(texts_); }

  private:
    std::vector<std::string> texts_;
};

std::array<timespec, 2> times_of(const Node& node) {
    constexpr timespec leave{0, UTIME_OMIT};
    return {parse_file_time(node.atime).value_or(leave), parse_file_time(node.mtime).value_or(leave)};
}

std::string owner_text(const Node& node) {
    return "the owner " + std::to_string(node.uid) + ":" + std::to_string(node.gid);
}

}  // namespace

std::vector<std::string> restore_attributes(int file, const Node& node, Owners owners) {
    Refusals refusals;
    // Calls by path work on descriptors of every kind, and this path leads to just this file.
    std::string path = "/proc/self/fd/" + std::to_string(file);
    struct stat status{};
    bool is_owned = ::fstat(file, &status) == 0 && status.st_uid == node.uid && status.st_gid == node.gid;
    if (!is_owned && owners == Owners::restore)
        is_owned =
            refusals.note(::chown(path.c_str(), static_cast<uid_t>(node.uid), static_cast<gid_t>(node.gid)),
                          owner_text(node));
    // Before the mode, which may take the right to write away; after the owner, whose change drops some.
    for (const auto& attribute : node.extended_attributes)
        refusals.note(::setxattr(path.c_str(), attribute.name.c_str(), attribute.value.data(),
                                 attribute.value.size(), 0),
                      "the extended attribute " + attribute.name);
    mode_t mode = permissions_of(node.mode);
    if (!is_owned) mode &= ~static_cast<mode_t>(S_ISUID | S_ISGID);
    refusals.note(::chmod(path.c_str(), mode), "the mode");
    refusals.note(::utimensat(AT_FDCWD, path.c_str(), times_of(node).data(), 0), "the time");
    return refusals.take();
}

std::vector<std::string> restore_link_attributes(int folder, const Node& node, Owners owners) {
    Refusals refusals;
    struct stat status{};
    const char* name = node.name.c_str();
    bool is_owned = ::fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_uid == node.uid &&
                    status.st_gid == node.gid;
    if (!is_owned && owners == Owners::restore)
        refusals.note(::fchownat(folder, name, static_cast<uid_t>(node.uid), static_cast<gid_t>(node.gid),
                                 AT_SYMLINK_NOFOLLOW),
                      owner_text(node));
    refusals.note(::utimensat(folder, name, times_of(node).data(), AT_SYMLINK_NOFOLLOW), "the time");
    return refusals.take();
}

}  // namespace holdfast::repository
