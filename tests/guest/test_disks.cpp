#include "guest/test_disks.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <random>

#include "base/error.hpp"
#include "base/process.hpp"

namespace holdfast::guest {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

void write(const fs::path& path, std::string_view content) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
}

// An ext4 of `mebibytes` with the content of a folder, at `offset_mebibytes` of the image.
void put_ext4(const fs::path& image, const fs::path& content, int offset_mebibytes, int mebibytes) {
    run_command({"mke2fs", "-q", "-F", "-t", "ext4", "-E",
                 "root_owner=0:0,offset=" + std::to_string(offset_mebibytes << 20), "-d", content.string(),
                 image.string(), std::to_string(mebibytes << 10) + "k"},
                60s);
}

void make_empty(const fs::path& image, int mebibytes) {
    std::ofstream(image).close();
    fs::resize_file(image, static_cast<std::uintmax_t>(mebibytes) << 20);
}

void fill_home(const fs::path& home) {
    write(home / "plain.txt", "hello\n");
    write(home / "two words.txt", "space");
    write(home / "Größe.txt", "umlaut");
    write(home / "line\nbreak.txt", "newline");
    write(home / "bad\xff\x01name.txt", "bytes");
    write(home / "Case/Below.txt", "case");
    std::mt19937_64 random(7);
    std::string large(5 << 20, '\0');
    for (auto& byte : large) byte = static_cast<char>(random());
    write(home / "large.bin", large);
    for (int i = 0; i < 3000; ++i) write(home / "many" / ("f" + std::to_string(i)), "");
    ::mkfifo((home / "pipe").c_str(), 0600);
    fs::create_symlink("plain.txt", home / "to_plain");
    fs::create_symlink("/etc/hostname", home / "to_hostname");
    fs::create_symlink("../../../../../../etc/hostname", home / "climbing");
    fs::create_symlink("/root1/secret.txt", home / "to_other_root");
    fs::create_symlink("../../../root1/secret.txt", home / "climbing_to_other_root");
    fs::create_symlink("/no/such/place", home / "dangling");
    fs::create_symlink("circle2", home / "circle1");
    fs::create_symlink("circle1", home / "circle2");
    fs::create_symlink("/home/anna/Case", home / "to_folder");
}

}  // namespace

void make_system_disk(const fs::path& image, const fs::path& scratch) {
    fs::path root = scratch / "system";
    for (auto folder : {"bin", "boot/efi", "dev", "proc", "sys", "tmp", "var/log", "usr/bin"})
        fs::create_directories(root / folder);
    write(root / "etc/hostname", "web01\n");
    write(root / "etc/debian_version", "12.5\n");
    write(root / "etc/os-release",
          "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
    write(root / "etc/fstab",
          "/dev/sda1 / ext4 defaults 0 1\n"
          "UUID=CAFE-0001 /boot/efi vfat defaults 0 2\n"
          "/dev/sdc2 /escape/etc ext4 defaults 0 2\n");
    fs::create_symlink("../../../sysroot/..", root / "escape");
    fill_home(root / "home/anna");
    make_empty(image, 66);
    run_command({"sfdisk", "-q", image.string()}, 20s,
                {.input = "label: dos\nstart=2048, size=131072, type=83\n"});
    put_ext4(image, root, 1, 64);
}

void make_boot_disk(const fs::path& image, const fs::path& scratch) {
    make_empty(image, 16);
    run_command({"mkfs.vfat", "-i", "CAFE0001", image.string()}, 20s);
    write(scratch / "grub.cfg", "set timeout=1\n");
    run_command({"mcopy", "-i", image.string(), (scratch / "grub.cfg").string(), "::GRUB.CFG"}, 20s);
}

void make_data_disk(const fs::path& image, const fs::path& scratch) {
    write(scratch / "data/secret.txt", "of another disk\n");
    write(scratch / "data/etc/hostname", "wrong\n");
    make_empty(image, 34);
    run_command({"sfdisk", "-q", image.string()}, 20s,
                {.input = "label: dos\nstart=2048, size=2048, type=82\nstart=4096, size=32768, type=83\n"});
    put_ext4(image, scratch / "data", 2, 16);
}

void make_garbage_disk(const fs::path& image) {
    std::mt19937_64 random(3);
    std::string bytes(4 << 20, '\0');
    for (auto& byte : bytes) byte = static_cast<char>(random());
    write(image, bytes);
}

}  // namespace holdfast::guest
