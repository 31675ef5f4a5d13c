// The API tokens of the catalog: how they are written, and how requests that bear one are checked.
#pragma once

#include "api/routing/tokens.hpp"
#include "catalog/api_tokens.hpp"

namespace holdfast::api {

// "holdfast_<id>_<64 hex digits>". The id is no secret: it finds the row, whose hash is then compared.
std::string write_token(const Uuid& id, std::string_view secret);

class CatalogTokens : public Tokens {
  public:
    explicit CatalogTokens(catalog::Database& database) : tokens_(database) {}

    std::optional<TokenGrant> check(std::string_view text) override;

  private:
    void note_use(const catalog::ApiToken& token);

    catalog::ApiTokens tokens_;
};

}  // namespace holdfast::api
