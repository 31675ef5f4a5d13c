// Types and permissions of files as trees hold them: restic's words, and the bits of Go's os.FileMode.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string_view>

namespace holdfast::repository {

constexpr std::uint64_t mode_directory = std::uint64_t(1) << 31;
constexpr std::uint64_t mode_symlink = 1 << 27;
constexpr std::uint64_t mode_device = 1 << 26;
constexpr std::uint64_t mode_named_pipe = 1 << 25;
constexpr std::uint64_t mode_socket = 1 << 24;
constexpr std::uint64_t mode_setuid = 1 << 23;
constexpr std::uint64_t mode_setgid = 1 << 22;
constexpr std::uint64_t mode_char_device = 1 << 21;
constexpr std::uint64_t mode_sticky = 1 << 20;

// From and to st_mode of stat(2). Only permissions come back: what a file is stands in its node's type.
std::uint64_t to_go_mode(mode_t mode);
mode_t permissions_of(std::uint64_t go_mode);

// "file", "dir", "symlink", "dev", "chardev", "fifo" or "socket"; "" for what Linux does not have.
std::string_view type_of(mode_t mode);

}  // namespace holdfast::repository
