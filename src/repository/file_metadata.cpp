#include "repository/file_metadata.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>

#include "base/error.hpp"
#include "repository/file_mode.hpp"
#include "repository/file_time.hpp"

namespace holdfast::repository {
namespace {

using NameBuffer = std::array<char, 16384>;

std::string look_up_user(uid_t uid) {
    passwd entry{};
    passwd* found = nullptr;
    NameBuffer buffer;
    ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
    return found == nullptr ? std::string() : found->pw_name;
}

std::string look_up_group(gid_t gid) {
    group entry{};
    group* found = nullptr;
    NameBuffer buffer;
    ::getgrgid_r(gid, &entry, buffer.data(), buffer.size(), &found);
    return found == nullptr ? std::string() : found->gr_name;
}

// What listxattr(2) and getxattr(2) answer, however long. Nothing where there is no such thing.
template <typename Call>
std::optional<std::string> read_growing(Call call) {
    thread_local std::string buffer(1024, '\0');
    while (true) {
        ssize_t length = call(buffer.data(), buffer.size());
        if (length >= 0) return buffer.substr(0, static_cast<std::size_t>(length));
        if (errno == ENOTSUP || errno == ENODATA || errno == EPERM) return std::nullopt;
        if (errno != ERANGE || buffer.size() >= XATTR_SIZE_MAX)
            throw os_error("Cannot read extended attributes", errno);
        buffer.resize(XATTR_SIZE_MAX);
    }
}

template <typename List, typename Get>
std::vector<ExtendedAttribute> read_attributes_by(List list, Get get) {
    std::vector<ExtendedAttribute> attributes;
    auto names = read_growing(list);
    if (!names) return attributes;
    for (std::size_t at = 0; at < names->size();) {
        std::string name = names->c_str() + at;
        at += name.size() + 1;
        auto value =
            read_growing([&](char* into, std::size_t size) { return get(name.c_str(), into, size); });
        if (value) attributes.push_back({std::move(name), std::move(*value)});
    }
    return attributes;
}

}  // namespace

std::string OwnerNames::user(uid_t uid) {
    std::lock_guard guard(mutex_);
    auto [entry, is_new] = users_.try_emplace(uid);
    if (is_new) entry->second = look_up_user(uid);
    return entry->second;
}

std::string OwnerNames::group(gid_t gid) {
    std::lock_guard guard(mutex_);
    auto [entry, is_new] = groups_.try_emplace(gid);
    if (is_new) entry->second = look_up_group(gid);
    return entry->second;
}

Node describe_file(std::string name, const struct stat& status, OwnerNames& names) {
    Node node{.name = std::move(name), .type = std::string(type_of(status.st_mode))};
    node.mode = to_go_mode(status.st_mode);
    node.mtime = format_file_time(status.st_mtim);
    node.atime = node.mtime;
    node.ctime = format_file_time(status.st_ctim);
    node.uid = status.st_uid;
    node.gid = status.st_gid;
    node.user = names.user(status.st_uid);
    node.group = names.group(status.st_gid);
    node.inode = status.st_ino;
    node.device_id = status.st_dev;
    if (S_ISREG(status.st_mode)) node.size = static_cast<std::uint64_t>(status.st_size);
    bool is_device = S_ISBLK(status.st_mode) || S_ISCHR(status.st_mode);
    if (is_device) node.device = status.st_rdev;
    if (is_device || S_ISREG(status.st_mode) || S_ISLNK(status.st_mode)) node.links = status.st_nlink;
    return node;
}

std::string read_link_target(int folder, const std::string& name) {
    std::array<char, PATH_MAX> target;
    ssize_t length = ::readlinkat(folder, name.c_str(), target.data(), target.size());
    if (length < 0) throw os_error("Cannot read the symbolic link", errno);
    return {target.data(), static_cast<std::size_t>(length)};
}

std::vector<ExtendedAttribute> read_attributes(int file) {
    return read_attributes_by(
        [&](char* into, std::size_t size) { return ::flistxattr(file, into, size); },
        [&](const char* name, char* into, std::size_t size) { return ::fgetxattr(file, name, into, size); });
}

std::vector<ExtendedAttribute> read_attributes(int folder, const std::string& name) {
    // Linux has no listxattrat(2) yet.
    std::string path = folder == AT_FDCWD ? name : "/proc/self/fd/" + std::to_string(folder) + "/" + name;
    return read_attributes_by(
        [&](char* into, std::size_t size) { return ::llistxattr(path.c_str(), into, size); },
        [&](const char* attribute, char* into, std::size_t size) {
            return ::lgetxattr(path.c_str(), attribute, into, size);
        });
}

}  // namespace holdfast::repository
