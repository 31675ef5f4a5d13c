#include "api/resources/catalog_tokens.hpp"

#include <spdlog/spdlog.h>

#include "base/error.hpp"
#include "base/secret.hpp"

namespace holdfast::api {
namespace {

constexpr std::string_view prefix = "holdfast_";
constexpr std::size_t id_length = 36;
constexpr std::size_t secret_length = 64;
// A token that is in use all the time is written down no more often.
constexpr std::chrono::minutes between_notes{1};

struct TokenText {
    Uuid id;
    std::string_view secret;
};

std::optional<TokenText> read_token(std::string_view text) {
    if (text.size() != prefix.size() + id_length + 1 + secret_length || !text.starts_with(prefix))
        return std::nullopt;
    text.remove_prefix(prefix.size());
    auto id = Uuid::parse(text.substr(0, id_length));
    if (!id || text[id_length] != '_') return std::nullopt;
    return TokenText{*id, text.substr(id_length + 1)};
}

}  // namespace

std::string write_token(const Uuid& id, std::string_view secret) {
    return std::string(prefix) + id.to_string() + "_" + std::string(secret);
}

std::optional<TokenGrant> CatalogTokens::check(std::string_view text) {
    auto given = read_token(text);
    if (!given) return std::nullopt;
    auto token = tokens_.find(given->id);
    if (!token || !token_matches(given->secret, token->hash) || token->expires <= now()) return std::nullopt;
    auto roles = granted(parse_roles(token->roles), parse_roles(token->account_roles));
    if (roles.empty()) return std::nullopt;
    note_use(*token);
    return TokenGrant{token->id, token->name, token->account_name, roles, token->expires};
}

void CatalogTokens::note_use(const catalog::ApiToken& token) {
    auto time = now();
    if (token.last_used && time - *token.last_used < between_notes) return;
    try {
        tokens_.note_use(token.id, time);
    } catch (const Error& error) {
        spdlog::warn("The use of the API token {} was not noted: {}", token.name, error.what());
    }
}

}  // namespace holdfast::api
