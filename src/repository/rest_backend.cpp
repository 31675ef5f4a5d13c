#include "repository/rest_backend.hpp"

#include <algorithm>
#include <cstring>

#include "base/error.hpp"
#include "repository/parallel.hpp"
#include "repository/rest_listing.hpp"

namespace holdfast::repository {
namespace {

constexpr unsigned requests_in_flight = 8;
constexpr std::size_t compared_at_once = 1 << 20;

std::string path_of(const FileName& name) {
    if (name.type == FileType::config) return "config";
    return std::string(folder_name(name.type)) + '/' + name.id.to_string();
}

}  // namespace

RestBackend::RestBackend(RestServer server)
    : server_(std::move(server)), client_(server_.address, server_.limits) {}

void RestBackend::make_layout() {
    if (size({FileType::config, {}}))
        throw Error(ErrorKind::conflict, "There is a repository in " + describe() + " already")
            .advise("Open it with its password, or choose another address.");
    HttpRequest request{.method = HttpMethod::post, .path = "?create=true"};
    if (auto answer = ask(request); !answer.is_success()) throw error_of(request, answer);
    for (auto type : {FileType::key, FileType::snapshot, FileType::index})
        if (!list(type).empty())
            throw Error(ErrorKind::conflict,
                        "There are files of a repository without its configuration in " + describe())
                .advise("Choose another address, or bring the file `config` back from a copy.");
}

void RestBackend::save(const FileName& name, ByteView bytes) {
    auto exists = [&] {
        return Error(ErrorKind::conflict, "There is a repository in " + describe() + " already");
    };
    // Servers differ in what they do with a second one; most would overwrite it.
    if (name.type == FileType::config && size(name)) throw exists();
    HttpRequest request{.method = HttpMethod::post, .path = path_of(name), .body = bytes};
    try {
        auto answer = ask(request);
        if (answer.is_success()) {
            // A server that clears away what broke off may take the whole file with it.
            if (answer.tries == 1 || size(name) == bytes.size()) return;
            throw Error(ErrorKind::unavailable, "The server has lost " + describe(name) + ", just stored");
        }
        // A server that overwrites nothing says so with one of these; the file may be from a try of ours
        // whose answer was lost.
        bool refused = answer.status == 403 || answer.status == 405 || answer.status == 409;
        if (!refused) throw error_of(request, answer);
        if (!size(name)) throw error_of(request, answer);
        if (holds(name, bytes)) return;
        if (name.type == FileType::config) throw exists();
        throw Error(ErrorKind::corrupt, describe(name) + " is damaged: its contents do not match its name");
    } catch (const Error& error) {
        // What arrived in the end all the same is removed, in a single try: the server does not answer, or
        // there is no time.
        bool may_be_there = error.kind() == ErrorKind::unavailable || error.kind() == ErrorKind::cancelled;
        if (may_be_there && name.type != FileType::config) [[maybe_unused]]
            auto answer = client_.perform({.method = HttpMethod::delete_, .path = path_of(name)});
        throw;
    }
}

bool RestBackend::holds(const FileName& name, ByteView bytes) {
    if (size(name) != bytes.size()) return false;
    Bytes stored(std::min(bytes.size(), compared_at_once));
    for (std::size_t offset = 0; offset < bytes.size(); offset += stored.size()) {
        stored.resize(std::min(stored.size(), bytes.size() - offset));
        load(name, offset, stored);
        if (std::memcmp(stored.data(), bytes.data() + offset, stored.size()) != 0) return false;
    }
    return true;
}

void RestBackend::load(const FileName& name, std::uint64_t offset, std::span<std::byte> into) {
    auto ends = [&] { return Error(ErrorKind::corrupt, describe(name) + " ends too early"); };
    auto missing = [&] { return Error(ErrorKind::not_found, describe(name) + " does not exist"); };
    if (into.empty()) {
        auto stored = size(name);
        if (!stored) throw missing();
        if (*stored < offset) throw ends();
        return;
    }
    HttpRequest request{.path = path_of(name), .range = ByteRange{offset, into.size()}};
    auto& left = *request.range;
    // Where a transfer breaks off, the next try asks for what is left.
    request.receive = [&](ByteView part) {
        auto count = std::min<std::uint64_t>(part.size(), left.length);
        std::memcpy(into.data() + (into.size() - left.length), part.data(), count);
        left.offset += count;
        left.length -= count;
        return part.size() == count;
    };
    while (left.length != 0) {
        auto first = left.offset;
        auto answer = ask(request);
        if (answer.status == 404) {
            require_missing(name, answer);
            throw missing();
        }
        if (answer.status == 416) throw ends();
        if (!answer.is_success()) throw error_of(request, answer);
        if (left.length == 0) return;
        // A whole answer, but a short one: the file is.
        auto stored = size(name);
        if (!stored) throw missing();
        if (*stored < offset + into.size() || left.offset == first) throw ends();
    }
}

std::optional<std::uint64_t> RestBackend::size(const FileName& name) {
    HttpRequest request{.method = HttpMethod::head, .path = path_of(name)};
    auto answer = ask(request);
    if (answer.status == 404) {
        require_missing(name, answer);
        return std::nullopt;
    }
    if (!answer.is_success()) throw error_of(request, answer);
    if (!answer.length)
        throw Error(ErrorKind::not_supported, "The server does not tell the length of " + describe(name));
    return answer.length;
}

// rclone answers 404 also where it cannot reach its storage. A file that is believed missing may be a
// snapshot whose data a prune would then remove, so its listing, which does tell errors, must agree.
void RestBackend::require_missing(const FileName& name, const HttpAnswer& answer) {
    if (!answer.server.starts_with("rclone/")) return;
    auto files = list(name.type == FileType::config ? FileType::key : name.type);
    if (name.type != FileType::config && std::ranges::find(files, name.id, &StoredFile::id) != files.end())
        throw Error(ErrorKind::unavailable, "rclone cannot read " + describe(name))
            .advise("Try again; rclone may not reach its storage at the moment.");
}

std::vector<StoredFile> RestBackend::list(FileType type) {
    if (type == FileType::config) {
        auto stored = size({type, {}});
        return stored ? std::vector<StoredFile>{{{}, *stored}} : std::vector<StoredFile>{};
    }
    HttpRequest request{.path = std::string(folder_name(type)) + '/'};
    RestListing listing;
    request.restart = [&] { listing = RestListing(); };
    request.receive = [&](ByteView part) { return listing.feed(part), true; };
    auto answer = ask(request);
    if (!answer.is_success()) throw error_of(request, answer);
    std::vector<StoredFile> files;
    std::vector<FileId> unsized;
    for (const auto& file : listing.finish()) {
        if (file.size)
            files.push_back({file.id, *file.size});
        else
            unsized.push_back(file.id);
    }
    std::vector<std::optional<std::uint64_t>> sizes(unsized.size());
    for_each_parallel(unsized.size(), requests_in_flight, {},
                      [&](std::size_t i) { sizes[i] = size({type, unsized[i]}); });
    for (std::size_t i = 0; i < unsized.size(); ++i)
        if (sizes[i]) files.push_back({unsized[i], *sizes[i]});
    return files;
}

bool RestBackend::remove(const FileName& name) {
    HttpRequest request{.method = HttpMethod::delete_, .path = path_of(name)};
    auto answer = ask(request);
    if (answer.is_success()) return true;
    if (answer.status != 404) throw error_of(request, answer);
    require_missing(name, answer);
    return answer.tries > 1;  // removed by a try of ours whose answer was lost
}

void RestBackend::remove_all(FileType type, const std::vector<FileId>& ids) {
    for_each_parallel(ids.size(), requests_in_flight, {}, [&](std::size_t i) { remove({type, ids[i]}); });
}

// What does not arrive whole is the server's to clear away; it is never listed.
void RestBackend::remove_unfinished() {}

SpaceInfo RestBackend::space() {
    return {};
}

std::string RestBackend::describe(const FileName& name) const {
    return server_.name + (server_.name.ends_with('/') ? "" : "/") + path_of(name);
}

std::string RestBackend::describe() const {
    return server_.name;
}

}  // namespace holdfast::repository
