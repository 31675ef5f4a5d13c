// The listing of a REST server, read as it arrives, so that a long one is not held in memory twice.
// Source: restic doc/REST_backend.rst: version 1 is ["<id>", …], version 2 is [{"name": "<id>", "size": n},
// …].
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "repository/backend.hpp"

namespace holdfast::repository {

struct ListedFile {
    FileId id;
    std::optional<std::uint64_t> size;  // version 1 does not tell
};

// One thread.
class RestListing {
  public:
    RestListing();
    ~RestListing();
    RestListing& operator=(RestListing&&) noexcept;

    // Throws corrupt for what is no listing, too_large past 16 million files or 2 GiB of text.
    void feed(ByteView part);
    // After the last part. Files with names that are no ids are left out.
    std::vector<ListedFile> finish();

  private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace holdfast::repository
