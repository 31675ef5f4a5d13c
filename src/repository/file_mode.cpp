#include "repository/file_mode.hpp"

#include <sys/stat.h>

namespace holdfast::repository {
namespace {

struct TypeBits {
    mode_t type;
    std::string_view name;
    std::uint64_t go_bits;
};

constexpr TypeBits file_types[] = {{S_IFREG, "file", 0},
                                   {S_IFDIR, "dir", mode_directory},
                                   {S_IFLNK, "symlink", mode_symlink},
                                   {S_IFBLK, "dev", mode_device},
                                   {S_IFCHR, "chardev", mode_device | mode_char_device},
                                   {S_IFIFO, "fifo", mode_named_pipe},
                                   {S_IFSOCK, "socket", mode_socket}};

struct ModeBit {
    mode_t bit;
    std::uint64_t go_bit;
};

constexpr ModeBit mode_bits[] = {{S_ISUID, mode_setuid}, {S_ISGID, mode_setgid}, {S_ISVTX, mode_sticky}};

constexpr mode_t permission_bits = 0777;

}  // namespace

std::uint64_t to_go_mode(mode_t mode) {
    std::uint64_t go_mode = mode & permission_bits;
    for (const auto& type : file_types)
        if ((mode & S_IFMT) == type.type) go_mode |= type.go_bits;
    for (const auto& special : mode_bits)
        if ((mode & special.bit) != 0) go_mode |= special.go_bit;
    return go_mode;
}

mode_t permissions_of(std::uint64_t go_mode) {
    auto mode = static_cast<mode_t>(go_mode & permission_bits);
    for (const auto& special : mode_bits)
        if ((go_mode & special.go_bit) != 0) mode |= special.bit;
    return mode;
}

std::string_view type_of(mode_t mode) {
    for (const auto& type : file_types)
        if ((mode & S_IFMT) == type.type) return type.name;
    return "";
}

}  // namespace holdfast::repository
