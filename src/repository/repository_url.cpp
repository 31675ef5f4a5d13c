#include "repository/repository_url.hpp"

#include <curl/curl.h>

#include <memory>

#include "base/error.hpp"

namespace holdfast::repository {
namespace {

constexpr std::string_view local_scheme = "local:";
constexpr std::string_view rest_scheme = "rest:";
constexpr std::string_view rclone_scheme = "rclone:";
constexpr std::string_view unix_suffix = "+unix";
constexpr std::size_t longest_url = 8 << 10;

// An address that cannot be read may have its password anywhere before the last @.
std::string without_anything_secret(std::string_view url) {
    auto at = url.rfind('@');
    auto scheme = url.substr(0, url.find(':') + 1);
    return at == url.npos ? without_password(url) : std::string(scheme) + "***" + std::string(url.substr(at));
}

Error bad_url(std::string_view url, const std::string& what) {
    return Error(ErrorKind::invalid_input,
                 "The repository's address " + without_anything_secret(url) + " cannot be used: " + what)
        .advise(
            "Write /a/folder, rest:https://user:password@host:8000/path/, "
            "rest:http+unix:///path/to/socket:/path/ or rclone:remote:path.");
}

// Where the user and the password stand in "https://user:password@host/": after "//", up to the last @ before
// the path.
struct UserPart {
    std::size_t first = 0;
    std::size_t end = 0;  // the @; equal to `first` without one
};

UserPart find_user_part(std::string_view url) {
    auto slashes = url.find("//");
    if (slashes == url.npos) return {};
    auto first = slashes + 2;
    auto at = url.substr(first, url.find_first_of("/?#", first) - first).rfind('@');
    return {first, at == url.npos ? first : first + at};
}

// Of an rclone remote "name,key=value,key=\"a:b\":path": the parameters, without the first comma.
std::pair<std::size_t, std::size_t> find_remote_parameters(std::string_view remote) {
    std::size_t comma = remote.npos;
    bool quoted = false;
    for (std::size_t i = 1; i < remote.size(); ++i) {  // an unnamed remote begins with a colon
        if (remote[i] == '"' || remote[i] == '\'') quoted = !quoted;
        if (quoted) continue;
        if (remote[i] == ':') return comma == remote.npos ? std::pair{i, i} : std::pair{comma + 1, i};
        if (remote[i] == ',' && comma == remote.npos) comma = i;
    }
    return comma == remote.npos ? std::pair{remote.size(), remote.size()}
                                : std::pair{comma + 1, remote.size()};
}

using CurlUrl = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string part_of(const CurlUrl& parsed, CURLUPart part, unsigned flags) {
    char* text = nullptr;
    if (curl_url_get(parsed.get(), part, &text, flags) != CURLUE_OK) return {};
    std::string result(text);
    curl_free(text);
    return result;
}

// Takes the socket out of "http+unix:///run/rest.socket:/path/" and leaves "http://localhost/path/". The
// first colon of the path ends the socket's name.
std::filesystem::path take_socket(std::string& http, std::string_view whole) {
    auto suffix = http.find(unix_suffix);
    if (suffix == http.npos || suffix != http.find('+')) return {};
    if (http.compare(suffix + unix_suffix.size(), 3, "://") != 0) return {};
    auto host = suffix + unix_suffix.size() + 3;
    auto user = find_user_part(http);
    auto path = user.end == user.first ? host : user.end + 1;
    auto colon = http.find(':', path);
    if (http.compare(path, 1, "/") != 0 || colon == http.npos)
        throw bad_url(whole, "a unix socket is written as http+unix:///path/to/socket:/path/");
    std::filesystem::path socket = http.substr(path, colon - path);
    http = http.substr(0, suffix) +
           http.substr(suffix + unix_suffix.size(), path - suffix - unix_suffix.size()) + "localhost" +
           (colon + 1 < http.size() ? http.substr(colon + 1) : "/");
    return socket;
}

RestAddress parse_rest(std::string_view whole) {
    std::string http(whole.substr(rest_scheme.size()));
    RestAddress address;
    address.socket = take_socket(http, whole);
    if (!http.starts_with("https://") && !http.starts_with("http://"))
        throw bad_url(whole, "a REST server's address begins with https:// or http://");
    if (http.find(":///") != http.npos) throw bad_url(whole, "it names no host");
    CurlUrl parsed(curl_url(), curl_url_cleanup);
    if (CURLUcode code = curl_url_set(parsed.get(), CURLUPART_URL, http.c_str(), CURLU_URLENCODE);
        code != CURLUE_OK)
        throw bad_url(whole, curl_url_strerror(code));
    if (!part_of(parsed, CURLUPART_QUERY, 0).empty() || !part_of(parsed, CURLUPART_FRAGMENT, 0).empty())
        throw bad_url(whole, "it may have no ? and no #");
    address.user = part_of(parsed, CURLUPART_USER, CURLU_URLDECODE);
    address.password = part_of(parsed, CURLUPART_PASSWORD, CURLU_URLDECODE);
    curl_url_set(parsed.get(), CURLUPART_USER, nullptr, 0);
    curl_url_set(parsed.get(), CURLUPART_PASSWORD, nullptr, 0);
    address.url = part_of(parsed, CURLUPART_URL, 0);
    if (address.url.empty()) throw bad_url(whole, "it is not complete");
    if (!address.url.ends_with('/')) address.url += '/';
    return address;
}

}  // namespace

RepositoryAddress parse_repository_url(std::string_view url) {
    if (url.empty()) throw Error(ErrorKind::invalid_input, "The repository's address is empty");
    if (url.size() > longest_url || url.find('\0') != url.npos)
        throw Error(ErrorKind::invalid_input, "The repository's address is too long, or no text");
    if (url.starts_with(rest_scheme)) return parse_rest(url);
    if (url.starts_with(rclone_scheme)) {
        std::string remote(url.substr(rclone_scheme.size()));
        if (remote.find(':') == remote.npos || remote.starts_with('-'))
            throw bad_url(url, "a remote of rclone is written as rclone:remote:path");
        return RcloneAddress{remote};
    }
    if (url.starts_with(local_scheme)) url.remove_prefix(local_scheme.size());
    if (url.empty()) throw Error(ErrorKind::invalid_input, "The repository's address names no folder");
    return LocalAddress{url};
}

std::string without_password(std::string_view url) {
    std::string text(url);
    if (url.starts_with(rest_scheme)) {
        auto user = find_user_part(url);
        auto colon = url.substr(0, user.end).find(':', user.first);
        if (colon != url.npos) text.replace(colon + 1, user.end - colon - 1, "***");
    } else if (url.starts_with(rclone_scheme)) {
        auto [first, end] = find_remote_parameters(url.substr(rclone_scheme.size()));
        if (first != end) text.replace(rclone_scheme.size() + first, end - first, "***");
    }
    return text;
}

bool has_password(std::string_view url) {
    return without_password(url) != url;
}

}  // namespace holdfast::repository
