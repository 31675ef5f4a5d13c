// Which folders of a guest go into the index of its files.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/guest_processing.hpp"

namespace holdfast::protection {

// One folder as a job names it, in the form of guest::Entry::path: "var/log" for "/var/log/", "C:/Users" for
// "C:\Users". Of Windows' variables those that are the same on nearly every installation: "%windir%",
// "%ProgramFiles%", "%ProgramFiles(x86)%", "%ProgramW6432%", "%ProgramData%", "%SystemRoot%",
// "%SystemDrive%", "%TEMP%". invalid_input for what is no absolute path of such a guest.
std::string parse_linux_folder(std::string_view text);
std::string parse_windows_folder(std::string_view text);

class IndexedFolders {
  public:
    // invalid_input for folders that the two above refuse.
    static IndexedFolders of_linux(const catalog::IndexedPart& wanted);
    static IndexedFolders of_windows(const catalog::IndexedPart& wanted);

    // Paths as guest::Entry has them; "/" is Linux' root, "" the list of roots.
    // Whether what is in the folder is indexed.
    bool holds(std::string_view folder) const;
    // Whether the folder is gone into: it is indexed, or one is that lies below it.
    bool leads(std::string_view folder) const;

  private:
    IndexedFolders(catalog::IndexedExtent extent, std::vector<std::string> folders, bool folds_case);
    bool is_below_one(std::string_view folder) const;

    catalog::IndexedExtent extent_;
    std::vector<std::string> folders_;
    bool folds_case_;  // as Windows does, of ASCII
};

}  // namespace holdfast::protection
