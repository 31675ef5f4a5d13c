// A file inside a snapshot as a disk to read at random.
#pragma once

#include <memory>

#include "repository/lock.hpp"
#include "repository/store.hpp"

namespace holdfast::repository {

// Keeps the store and the lock. Decrypted and verified chunks of 64 MiB together are kept, the longest
// unused go first; when chunks are asked for in order, those behind them are read ahead by threads of its
// own.
std::unique_ptr<BlockSource> open_disk_reader(std::shared_ptr<Store> store,
                                              std::shared_ptr<RepositoryLock> lock,
                                              std::shared_ptr<const BlobIndex> index, Node node);

}  // namespace holdfast::repository
