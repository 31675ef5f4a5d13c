#include "directory/pam_directory.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <openssl/crypto.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/error.hpp"
#include "directory/user_name.hpp"

namespace holdfast::directory {
namespace {

constexpr std::chrono::seconds longest_wait{10};
constexpr std::size_t longest_record = 1 << 20;  // of a user or a group with its members
constexpr int most_groups = 1'000;

// Modules ask for the password once; who asks for more wants what a client of the API cannot give.
struct Asked {
    std::string password;
    bool is_told = false;
};

// Freed by the modules.
int answer(int count, const pam_message** messages, pam_response** responses, void* data) noexcept {
    if (count <= 0 || count > PAM_MAX_NUM_MSG) return PAM_CONV_ERR;
    auto& asked = *static_cast<Asked*>(data);
    auto* given =
        static_cast<pam_response*>(std::calloc(static_cast<std::size_t>(count), sizeof(pam_response)));
    if (!given) return PAM_BUF_ERR;
    bool is_answered = true;
    for (int i = 0; i < count; ++i) {
        int style = messages[i]->msg_style;
        if (style == PAM_TEXT_INFO || style == PAM_ERROR_MSG) continue;
        is_answered = is_answered && style == PAM_PROMPT_ECHO_OFF && !asked.is_told;
        if (!is_answered) break;
        given[i].resp = ::strdup(asked.password.c_str());
        asked.is_told = true;
    }
    if (is_answered) {
        *responses = given;
        return PAM_SUCCESS;
    }
    for (int i = 0; i < count; ++i) {
        if (given[i].resp) OPENSSL_cleanse(given[i].resp, std::strlen(given[i].resp));
        std::free(given[i].resp);
    }
    std::free(given);
    return PAM_CONV_ERR;
}

// Logons are slowed down by address already; here they would keep others waiting.
void no_delay(int, unsigned, void*) {}

bool is_refusal(int result) {
    constexpr std::array refusals = {PAM_AUTH_ERR,          PAM_USER_UNKNOWN,    PAM_ACCT_EXPIRED,
                                     PAM_PERM_DENIED,       PAM_MAXTRIES,        PAM_CONV_ERR,
                                     PAM_CRED_INSUFFICIENT, PAM_AUTHTOK_EXPIRED, PAM_NEW_AUTHTOK_REQD};
    return std::ranges::find(refusals, result) != refusals.end();
}

// Who it was that PAM let in: modules may change the name.
std::optional<std::string> ask_pam(const std::string& service, const std::string& name,
                                   std::string_view password) {
    Asked asked{std::string(password)};
    pam_conv conversation{answer, &asked};
    pam_handle_t* handle = nullptr;
    int result = ::pam_start(service.c_str(), name.c_str(), &conversation, &handle);
    std::string doing = "being started";
    if (result == PAM_SUCCESS)
        result = ::pam_set_item(handle, PAM_FAIL_DELAY, reinterpret_cast<void*>(no_delay));
    if (result == PAM_SUCCESS) {
        doing = "checking a password";
        result = ::pam_authenticate(handle, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
    }
    if (result == PAM_SUCCESS) {
        doing = "checking an account";
        result = ::pam_acct_mgmt(handle, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK);
    }
    const void* user = nullptr;
    if (result == PAM_SUCCESS) result = ::pam_get_item(handle, PAM_USER, &user);
    std::optional<std::string> who;
    if (result == PAM_SUCCESS && user) who = static_cast<const char*>(user);
    std::string problem = handle ? ::pam_strerror(handle, result) : "no memory";
    if (handle) ::pam_end(handle, result);
    OPENSSL_cleanse(asked.password.data(), asked.password.size());
    if (result != PAM_SUCCESS && !is_refusal(result))
        throw Error(ErrorKind::unavailable,
                    fmt::format("The PAM service {} failed while {}: {}", service, doing, problem));
    return who;
}

// `call(buffer, size)` gives ERANGE until the buffer is large enough; then what it found stands in it.
template <typename Call>
void with_room(Call&& call) {
    for (std::size_t size = 4096; size <= longest_record; size *= 4) {
        std::string buffer(size, '\0');
        int problem = call(buffer.data(), size);
        // Some sources of names tell so that there is none.
        if (problem == 0 || problem == ENOENT || problem == ESRCH) return;
        if (problem != ERANGE) throw os_error("The system's users and groups cannot be looked up", problem);
    }
    throw Error(ErrorKind::unavailable, "A user or group of the system is longer than can be read");
}

struct SystemUser {
    std::string name;
    gid_t group = 0;
};

std::optional<SystemUser> find_user(const std::string& name) {
    std::optional<SystemUser> user;
    with_room([&](char* buffer, std::size_t size) {
        passwd record{};
        passwd* found = nullptr;
        int problem = ::getpwnam_r(name.c_str(), &record, buffer, size, &found);
        if (problem == 0 && found) user = SystemUser{found->pw_name, found->pw_gid};
        return problem;
    });
    return user;
}

std::vector<std::string> groups_of(const SystemUser& user) {
    std::array<gid_t, most_groups> ids{};
    int count = most_groups;
    if (::getgrouplist(user.name.c_str(), user.group, ids.data(), &count) < 0)
        throw Error(ErrorKind::unavailable,
                    fmt::format("{} is in {} groups, {} can be read", user.name, count, most_groups));
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i)
        with_room([&](char* buffer, std::size_t size) {
            group record{};
            group* found = nullptr;
            int problem = ::getgrgid_r(ids[static_cast<std::size_t>(i)], &record, buffer, size, &found);
            if (problem == 0 && found) names.emplace_back(found->gr_name);
            return problem;
        });
    return names;
}

}  // namespace

PamDirectory::PamDirectory(std::string service) : service_(std::move(service)) {
    bool is_name = !service_.empty() && !service_.contains('/') && !service_.starts_with('.');
    if (!is_name || !std::filesystem::exists("/etc/pam.d/" + service_))
        throw Error(ErrorKind::invalid_input,
                    fmt::format("--pam-service {} is no file in /etc/pam.d", service_))
            .advise("Make one; docs/getting-started.md has an example.");
}

std::optional<DirectoryUser> PamDirectory::authenticate(std::string_view name, std::string_view password) {
    if (!can_be_user_name(name) || password.empty() || password.contains('\0')) return std::nullopt;
    std::unique_lock turn(one_at_a_time_, longest_wait);
    if (!turn) throw Error(ErrorKind::unavailable, "Another logon by PAM does not end");
    auto who = ask_pam(service_, std::string(name), password);
    if (!who) return std::nullopt;
    auto user = find_user(*who);
    if (!user || !can_be_user_name(user->name)) {
        spdlog::warn("PAM let {} in, whom the system's list of users does not have", *who);
        return std::nullopt;
    }
    return DirectoryUser{user->name, groups_of(*user)};
}

}  // namespace holdfast::directory
