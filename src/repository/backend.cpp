#include "repository/backend.hpp"

namespace holdfast::repository {

std::string_view folder_name(FileType type) {
    switch (type) {
        case FileType::pack:
            return "data";
        case FileType::key:
            return "keys";
        case FileType::lock:
            return "locks";
        case FileType::snapshot:
            return "snapshots";
        case FileType::index:
            return "index";
        case FileType::config:
            return "";
    }
    return "";
}

}  // namespace holdfast::repository
