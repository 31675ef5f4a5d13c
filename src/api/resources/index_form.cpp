#include "api/resources/index_form.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "protection/indexed_folders.hpp"

namespace holdfast::api {
namespace {

using catalog::IndexedExtent;

constexpr std::size_t most_folders = 250;
constexpr std::size_t longest_folder = 2000;

IndexedExtent extent_of(FileSystemIndexingMode mode) {
    switch (mode) {
        case FileSystemIndexingMode::EveryFolders:
            return IndexedExtent::all;
        case FileSystemIndexingMode::SpecifiedFolders:
            return IndexedExtent::only;
        case FileSystemIndexingMode::ExceptSpecifiedFolders:
            return IndexedExtent::all_but;
        case FileSystemIndexingMode::Disabled:
            break;
    }
    return IndexedExtent::none;
}

FileSystemIndexingMode mode_of(IndexedExtent extent) {
    switch (extent) {
        case IndexedExtent::all:
            return FileSystemIndexingMode::EveryFolders;
        case IndexedExtent::only:
            return FileSystemIndexingMode::SpecifiedFolders;
        case IndexedExtent::all_but:
            return FileSystemIndexingMode::ExceptSpecifiedFolders;
        case IndexedExtent::none:
            break;
    }
    return FileSystemIndexingMode::Disabled;
}

template <typename Parse>
std::vector<std::string> checked_folders(const PathList& folders, Parse parse) {
    if (folders.size() > most_folders)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("{} folders to be indexed or not are named", folders.size()))
            .advise(fmt::format("Name {} at most.", most_folders));
    for (const auto& folder : folders) {
        if (folder.size() > longest_folder)
            throw Error(ErrorKind::invalid_input, "The path of a folder to be indexed or not is too long");
        parse(folder);
    }
    return folders;
}

// What is not told stays as it is.
template <typename Parse>
void apply(const GuestFSIndexingOptions& options, catalog::IndexedPart& part, Parse parse) {
    auto extent = options.FileSystemIndexingMode ? extent_of(*options.FileSystemIndexingMode) : part.extent;
    bool has_folders = extent == IndexedExtent::only || extent == IndexedExtent::all_but;
    const auto& told =
        extent == IndexedExtent::only ? options.IncludedIndexingFolders : options.ExcludedIndexingFolders;
    if (!has_folders || (!told && extent != part.extent))
        part.folders.clear();
    else if (told)
        part.folders = checked_folders(*told, parse);
    if (has_folders && part.folders.empty())
        throw Error(ErrorKind::invalid_input, "No folder is named that is to be indexed or not")
            .advise(
                "Name them in IncludedIndexingFolders or ExcludedIndexingFolders, or send EveryFolders or "
                "Disabled.");
    part.extent = extent;
}

template <typename Options>
Options form_of(const catalog::IndexedPart& part) {
    Options options;
    options.FileSystemIndexingMode = mode_of(part.extent);
    const PathList folders(part.folders.begin(), part.folders.end());
    if (part.extent == IndexedExtent::only) options.IncludedIndexingFolders = folders;
    if (part.extent == IndexedExtent::all_but) options.ExcludedIndexingFolders = folders;
    return options;
}

}  // namespace

void apply_indexing(const GuestProcessingOptionsType& options, catalog::GuestIndexing& indexing) {
    if (options.LinuxGuestFSIndexingOptions)
        apply(*options.LinuxGuestFSIndexingOptions, indexing.linux_guests, protection::parse_linux_folder);
    if (options.WindowsGuestFSIndexingOptions)
        apply(*options.WindowsGuestFSIndexingOptions, indexing.windows_guests,
              protection::parse_windows_folder);
}

void tell_indexing(const catalog::GuestIndexing& indexing, GuestProcessingOptionsType& options) {
    options.WindowsGuestFSIndexingOptions =
        form_of<WindowsGuestFSIndexingOptionsType>(indexing.windows_guests);
    options.LinuxGuestFSIndexingOptions = form_of<LinuxGuestFSIndexingOptionsType>(indexing.linux_guests);
}

}  // namespace holdfast::api
