#include "repository/local_backend.hpp"

#include <fmt/format.h>

#include <array>
#include <set>

#include "base/error.hpp"
#include "base/random.hpp"

namespace holdfast::repository {
namespace {

namespace fs = std::filesystem;

// restic's own mark for files that are being written; it ignores such names when it lists.
constexpr std::string_view unfinished_mark = "-tmp-";

fs::path temporary_name(const fs::path& path) {
    std::array<std::byte, 8> random;
    fill_random(random);
    fs::path temporary = path;
    temporary += std::string(unfinished_mark) + to_hex(random);
    return temporary;
}

}  // namespace

LocalBackend::LocalBackend(fs::path folder, std::unique_ptr<FileSystem> files)
    : folder_(fs::absolute(folder)), files_(std::move(files)) {}

void LocalBackend::make_layout() {
    if (files_->file_size(folder_ / "config"))
        throw Error(ErrorKind::conflict, "There is a repository in " + folder_.string() + " already")
            .advise("Open it with its password, or choose another folder.");
    if (!files_->is_empty(folder_))
        throw Error(ErrorKind::conflict, "The folder " + folder_.string() + " is not empty")
            .advise("Choose an empty folder, or one that does not exist yet.");
    for (auto type : {FileType::pack, FileType::key, FileType::lock, FileType::snapshot, FileType::index})
        for (const auto& path : folders_of(type)) files_->make_directories(path);
    files_->sync_directory(folder_ / folder_name(FileType::pack));
    files_->sync_directory(folder_);
    files_->sync_directory(folder_.parent_path());
}

void LocalBackend::save(const FileName& name, ByteView bytes) {
    fs::path path = path_of(name);
    if (name.type == FileType::config && files_->file_size(path))
        throw Error(ErrorKind::conflict, "There is a repository in " + folder_.string() + " already");
    if (!files_->is_directory(path.parent_path())) make_folder_again(path.parent_path());
    fs::path temporary = temporary_name(path);
    bool renamed = false;
    try {
        files_->write_new_file(temporary, bytes);
        files_->rename(temporary, path);
        renamed = true;
        files_->sync_directory(path.parent_path());
    } catch (...) {
        try {
            files_->remove(renamed ? path : temporary);
        } catch (const Error&) {
            // The first failure is the one to report; a later prune removes what stays.
        }
        throw;
    }
}

// An empty folder may be lost where a repository is copied. Where all of it is lost, as below a disk that is
// not mounted, a new one would hold files that nobody can open.
void LocalBackend::make_folder_again(const fs::path& folder) {
    if (!files_->file_size(folder_ / "config"))
        throw Error(ErrorKind::unavailable, "There is no repository in " + folder_.string() + " any more")
            .advise("See whether its disk is mounted.");
    files_->make_directories(folder);
    files_->sync_directory(folder.parent_path());
}

void LocalBackend::load(const FileName& name, std::uint64_t offset, std::span<std::byte> into) {
    files_->read(path_of(name), offset, into);
}

std::optional<std::uint64_t> LocalBackend::size(const FileName& name) {
    return files_->file_size(path_of(name));
}

std::vector<StoredFile> LocalBackend::list(FileType type) {
    std::vector<StoredFile> stored;
    if (type == FileType::config) {
        if (auto found = size({type, {}})) stored.push_back({{}, *found});
        return stored;
    }
    for (const auto& folder : folders_of(type))
        for (const auto& file : files_->list(folder)) {
            auto id = FileId::parse(file.name);
            if (id && id->to_string() == file.name) stored.push_back({*id, file.size});
        }
    return stored;
}

bool LocalBackend::remove(const FileName& name) {
    fs::path path = path_of(name);
    bool removed = files_->remove(path);
    if (removed) files_->sync_directory(path.parent_path());
    return removed;
}

void LocalBackend::remove_all(FileType type, const std::vector<FileId>& ids) {
    std::set<fs::path> touched;
    for (const auto& id : ids) {
        fs::path path = path_of({type, id});
        if (files_->remove(path)) touched.insert(path.parent_path());
    }
    for (const auto& folder : touched) files_->sync_directory(folder);
}

void LocalBackend::remove_unfinished() {
    for (auto type : {FileType::pack, FileType::index, FileType::snapshot})
        for (const auto& folder : folders_of(type))
            for (const auto& file : files_->list(folder))
                if (file.name.find(unfinished_mark) == 64) files_->remove(folder / file.name);
}

SpaceInfo LocalBackend::space() {
    return files_->space(folder_);
}

std::string LocalBackend::describe(const FileName& name) const {
    return path_of(name).string();
}

std::string LocalBackend::describe() const {
    return folder_.string();
}

fs::path LocalBackend::path_of(const FileName& name) const {
    if (name.type == FileType::config) return folder_ / "config";
    std::string id = name.id.to_string();
    fs::path folder = folder_ / folder_name(name.type);
    if (name.type == FileType::pack) folder /= id.substr(0, 2);
    return folder / id;
}

std::vector<fs::path> LocalBackend::folders_of(FileType type) const {
    fs::path folder = folder_ / folder_name(type);
    if (type != FileType::pack) return {folder};
    std::vector<fs::path> folders;
    for (int i = 0; i < 256; ++i) folders.push_back(folder / fmt::format("{:02x}", i));
    return folders;
}

}  // namespace holdfast::repository
