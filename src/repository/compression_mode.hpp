// How hard the data of a snapshot is compressed.
#pragma once

namespace holdfast::repository {

// restic's words (`--compression`). Trees and all that stands outside of packs are compressed in the same way
// whatever the mode, as restic does it; a repository of version 1 compresses nothing.
enum class CompressionMode { off, fastest, automatic, better, max };

}  // namespace holdfast::repository
