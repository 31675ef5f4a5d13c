// Many packs into index files of the usual size.
#pragma once

#include <vector>

#include "repository/index_file.hpp"
#include "repository/unpacked_files.hpp"

namespace holdfast::repository {

// One thread. Borrows the files.
class IndexFileWriter {
  public:
    explicit IndexFileWriter(const UnpackedFiles& files) : files_(files) {}

    // Each file that is full is durable when this returns.
    void add(IndexedPack pack);
    // What is left, durable. Once, at the end.
    void finish();

  private:
    void write();

    const UnpackedFiles& files_;
    std::vector<IndexedPack> packs_;
    std::size_t blobs_ = 0;
};

}  // namespace holdfast::repository
