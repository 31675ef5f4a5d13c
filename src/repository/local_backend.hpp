// A repository in a folder, laid out as restic's `local` backend does it.
#pragma once

#include <filesystem>
#include <memory>

#include "repository/backend.hpp"
#include "repository/file_system.hpp"

namespace holdfast::repository {

class LocalBackend : public Backend {
  public:
    LocalBackend(std::filesystem::path folder, std::unique_ptr<FileSystem> files);

    // Makes the folders of an empty repository: data/00 to data/ff, keys, locks, snapshots, index. conflict
    // unless the folder is empty or missing.
    void make_layout();

    void save(const FileName& name, ByteView bytes) override;
    void load(const FileName& name, std::uint64_t offset, std::span<std::byte> into) override;
    std::optional<std::uint64_t> size(const FileName& name) override;
    std::vector<StoredFile> list(FileType type) override;
    bool remove(const FileName& name) override;
    void remove_all(FileType type, const std::vector<FileId>& ids) override;
    void remove_unfinished() override;
    SpaceInfo space() override;
    std::string describe(const FileName& name) const override;
    std::string describe() const override;

  private:
    void make_folder_again(const std::filesystem::path& folder);
    std::filesystem::path path_of(const FileName& name) const;
    std::vector<std::filesystem::path> folders_of(FileType type) const;

    const std::filesystem::path folder_;
    const std::unique_ptr<FileSystem> files_;
};

}  // namespace holdfast::repository
