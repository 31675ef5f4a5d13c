#include "api/resources/index_form.hpp"

#include "base/error.hpp"

namespace holdfast::api {
namespace {

bool has_any(const std::optional<PathList>& folders) {
    return folders && !folders->empty();
}

void apply(const GuestFSIndexingOptions& options, bool& is_indexed) {
    auto mode = options.FileSystemIndexingMode;
    bool is_of_chosen =
        mode ? *mode != FileSystemIndexingMode::Disabled && *mode != FileSystemIndexingMode::EveryFolders
             : has_any(options.IncludedIndexingFolders) || has_any(options.ExcludedIndexingFolders);
    if (is_of_chosen)
        throw Error(ErrorKind::not_supported, "Indexing of chosen folders only is not built yet")
            .advise("Send FileSystemIndexingMode as EveryFolders or Disabled.");
    if (mode) is_indexed = *mode == FileSystemIndexingMode::EveryFolders;
}

template <typename Options>
Options form_of(bool is_indexed) {
    Options options;
    options.FileSystemIndexingMode =
        is_indexed ? FileSystemIndexingMode::EveryFolders : FileSystemIndexingMode::Disabled;
    return options;
}

}  // namespace

void apply_indexing(const GuestProcessingOptionsType& options, catalog::GuestIndexing& indexing) {
    if (options.LinuxGuestFSIndexingOptions)
        apply(*options.LinuxGuestFSIndexingOptions, indexing.linux_guests);
    if (options.WindowsGuestFSIndexingOptions)
        apply(*options.WindowsGuestFSIndexingOptions, indexing.windows_guests);
}

void tell_indexing(const catalog::GuestIndexing& indexing, GuestProcessingOptionsType& options) {
    options.WindowsGuestFSIndexingOptions =
        form_of<WindowsGuestFSIndexingOptionsType>(indexing.windows_guests);
    options.LinuxGuestFSIndexingOptions = form_of<LinuxGuestFSIndexingOptionsType>(indexing.linux_guests);
}

}  // namespace holdfast::api
