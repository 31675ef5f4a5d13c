#include "repository/index_file_writer.hpp"

namespace holdfast::repository {

void IndexFileWriter::add(IndexedPack pack) {
    blobs_ += pack.blobs.size();
    packs_.push_back(std::move(pack));
    if (blobs_ >= max_blobs_per_index_file) write();
}

void IndexFileWriter::finish() {
    if (!packs_.empty()) write();
}

void IndexFileWriter::write() {
    files_.save(FileType::index, encode_index(packs_));
    packs_.clear();
    blobs_ = 0;
}

}  // namespace holdfast::repository
