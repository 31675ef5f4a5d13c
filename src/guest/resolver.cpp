#include "guest/resolver.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <deque>

#include "base/error.hpp"
#include "guest/appliance.hpp"
#include "guest/guest_memory.hpp"
#include "guest/guest_names.hpp"

namespace holdfast::guest {
namespace {

constexpr int most_links = 40;

struct Step {
    std::string name;
    bool asked;  // by the client, not by a link
};

struct FoundName {
    std::string name;
    FileStat stat;
};

std::optional<FileStat> stat_if_there(guestfs_h* handle, const std::string& path) {
    OwnedStat stat(guestfs_lstatns(handle, path.c_str()));
    if (stat) return *stat;
    int error = guestfs_last_errno(handle);
    if (guestfs_is_ready(handle) == 1 && (error == ENOENT || error == ENOTDIR || error == ENAMETOOLONG))
        return std::nullopt;
    throw_guestfs_error(handle, "Cannot read " + display_name(path));
}

// The name as it stands, else one that is shown like it, else one that differs from it in letter case only.
std::optional<FoundName> look_up(guestfs_h* handle, const std::string& folder, const Step& step) {
    if (auto stat = stat_if_there(handle, folder + "/" + step.name)) return FoundName{step.name, *stat};
    if (!step.asked) return std::nullopt;
    auto names = read_directory(handle, folder);
    auto same = [&](const Name& name) { return display_name(name.name) == step.name; };
    auto alike = [&, wanted = folded(step.name)](const Name& name) {
        return folded(display_name(name.name)) == wanted;
    };
    auto found = std::ranges::find_if(names, same);
    if (found == names.end()) found = std::ranges::find_if(names, alike);
    if (found == names.end()) return std::nullopt;
    auto stat = stat_if_there(handle, folder + "/" + found->name);
    return stat ? std::optional(FoundName{found->name, *stat}) : std::nullopt;
}

void push_link(guestfs_h* handle, const std::string& path, std::vector<std::string>& place,
               std::deque<Step>& steps) {
    OwnedText target(guestfs_readlink(handle, path.c_str()));
    if (!target) throw_guestfs_error(handle, "Cannot read the link " + display_name(path));
    std::string_view text = target.get();
    if (text.starts_with('/')) place.clear();
    std::vector<Step> way;
    while (!text.empty()) {
        auto name = text.substr(0, text.find('/'));
        text.remove_prefix(std::min(text.size(), name.size() + 1));
        if (!name.empty() && name != ".") way.push_back({std::string(name), false});
    }
    steps.insert(steps.begin(), way.begin(), way.end());
}

}  // namespace

std::optional<Resolved> resolve(guestfs_h* handle, const std::string& root,
                                std::span<const std::string> names, LastLink last) {
    std::deque<Step> steps;
    for (auto& name : names) steps.push_back({name, true});
    std::vector<std::string> place;  // names below the root, none of them a link
    std::vector<std::string> shown;
    auto here = [&] { return place.empty() ? root : root + "/" + joined(place); };
    auto stat = stat_if_there(handle, root);
    if (!stat) return std::nullopt;
    int links = 0;
    while (!steps.empty()) {
        Step step = std::move(steps.front());
        steps.pop_front();
        if (step.name == "..") {  // of a link; above the root is the root
            if (!place.empty()) place.pop_back();
            stat = stat_if_there(handle, here());
            continue;
        }
        if (!stat || !S_ISDIR(static_cast<mode_t>(stat->st_mode))) return std::nullopt;
        auto found = look_up(handle, here(), step);
        if (!found) return std::nullopt;
        if (step.asked) shown.push_back(display_name(found->name));
        std::string path = here() + "/" + found->name;
        if (S_ISLNK(static_cast<mode_t>(found->stat.st_mode)) &&
            (!steps.empty() || last == LastLink::followed)) {
            if (++links > most_links)
                throw Error(ErrorKind::invalid_input,
                            "The symbolic links on the way to " + joined(shown) + " go in a circle");
            push_link(handle, path, place, steps);
            stat = stat_if_there(handle, here());
            continue;
        }
        place.push_back(found->name);
        stat = found->stat;
    }
    if (!stat) return std::nullopt;
    return Resolved{here(), joined(shown), *stat};
}

}  // namespace holdfast::guest
