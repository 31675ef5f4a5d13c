#include "file_tree.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "base/text.hpp"
#include "repository/sha256.hpp"
#include "support.hpp"

namespace holdfast::repository {
namespace fs = std::filesystem;

void write_file(const fs::path& path, std::string_view content) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
}

// One of each kind and attribute that this user may make.
void make_everything(const fs::path& folder) {
    write_file(folder / "small", "content");
    write_file(folder / "empty", "");
    write_file(folder / "large", as_text(random_bytes(9 * MiB + 77, 1)));
    write_file(folder / "zeros", std::string(3 * MiB + 5, '\0'));
    write_file(folder / "sub/a <b> & \"c\" \xc3\xbc\xff\t", "odd name");
    fs::create_directories(folder / "empty folder");
    fs::create_hard_link(folder / "small", folder / "sub/hard link");
    fs::create_symlink("../small", folder / "sub/link");
    fs::create_symlink("no <such> \xc3\xa4", folder / "dangling");
    ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0640), 0);
    ASSERT_EQ(::chmod((folder / "small").c_str(), 06751), 0);
    ASSERT_EQ(::chmod((folder / "sub").c_str(), 01777), 0);
    std::array<timespec, 2> times{timespec{1, 5}, timespec{1'234'567'890, 123'456'780}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (folder / "empty").c_str(), times.data(), 0), 0);
    std::string value("\0binary\xff", 8);
    ::setxattr((folder / "small").c_str(), "user.second", value.data(), value.size(), 0);
    ::setxattr((folder / "small").c_str(), "user.first", "", 0, 0);
    ::setxattr((folder / "sub").c_str(), "user.of folder", "x", 1, 0);
    if (::geteuid() == 0) {
        ASSERT_EQ(::mknod((folder / "device").c_str(), S_IFCHR | 0600, makedev(1, 300)), 0);
        ASSERT_EQ(::mknod((folder / "block").c_str(), S_IFBLK | 0600, makedev(7, 1)), 0);
        ASSERT_EQ(::chown((folder / "empty").c_str(), 1, 54321), 0);
    }
}

void make_sparse(const fs::path& path) {
    UniqueFd file = open_file(path, O_CREAT | O_WRONLY, 0600);
    Bytes data = random_bytes(1 * MiB + 1000, 2);
    ASSERT_EQ(::pwrite(file.get(), data.data(), data.size(), 3 * MiB + 4096), std::ssize(data));
    ASSERT_EQ(::pwrite(file.get(), data.data(), 100, 9 * MiB + 4096), 100);
    ASSERT_EQ(::ftruncate(file.get(), 14 * MiB + 3), 0);
}

namespace {

std::string attributes_of(const fs::path& path) {
    std::vector<char> names(4096);
    auto length = ::llistxattr(path.c_str(), names.data(), names.size());
    std::vector<std::string> texts;
    for (ssize_t at = 0; at < length;) {
        std::string name = names.data() + at;
        at += std::ssize(name) + 1;
        std::string value(4096, '\0');
        value.resize(
            static_cast<std::size_t>(::lgetxattr(path.c_str(), name.c_str(), value.data(), value.size())));
        texts.push_back(name + "=" + to_base64(as_bytes(value)));
    }
    std::ranges::sort(texts);
    return fmt::format("{}", fmt::join(texts, ","));
}

std::string content_of(const fs::path& path, const struct stat& status) {
    if (S_ISLNK(status.st_mode)) return "-> " + fs::read_symlink(path).string();
    if (S_ISREG(status.st_mode)) return to_hex(sha256(as_bytes(read_file(path, 1 << 30))));
    return "";
}

}  // namespace

std::vector<std::string> describe_folder(const fs::path& folder) {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) paths.push_back(entry.path());
    std::ranges::sort(paths);
    std::vector<std::string> lines;
    std::map<ino_t, std::size_t> inodes;
    for (const auto& path : paths) {
        struct stat status{};
        ::lstat(path.c_str(), &status);
        if (S_ISSOCK(status.st_mode)) continue;
        auto number = inodes.try_emplace(status.st_ino, inodes.size()).first->second;
        lines.push_back(fmt::format(
            "{} #{} {:o} {}:{} {:x} {}.{:09} {} {} {}", path.lexically_relative(folder).string(), number,
            status.st_mode, status.st_uid, status.st_gid, status.st_rdev, status.st_mtim.tv_sec,
            status.st_mtim.tv_nsec, S_ISDIR(status.st_mode) ? 0 : status.st_size,
            S_ISLNK(status.st_mode) ? "" : attributes_of(path), content_of(path, status)));
    }
    return lines;
}

}  // namespace holdfast::repository
