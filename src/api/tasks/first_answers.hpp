// Requests with an Idempotency-Key are done once, however often they are sent: the first answer is kept for a
// day and given again, also after a restart of the server.
#pragma once

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "api/routing/keyed_request.hpp"
#include "base/secret.hpp"
#include "catalog/idempotency_keys.hpp"

namespace holdfast::api {

// Any thread.
class FirstAnswers {
  public:
    FirstAnswers(catalog::Database& database, const SecretBox& secrets)
        : database_(database), keys_(database), secrets_(secrets) {}

    // Those who come while the first is being answered wait for it. Throws a StatusError 422 for another
    // request under the same key; conflict where the first answer is not known (the server was stopped while
    // it was made, it failed half-way, or it was too long to keep), so that nobody can tell whether it was
    // done.
    http::Response answer_once(const KeyedRequest& request, const std::function<http::Response()>& answer);

    // Once a minute or so. Does not throw.
    void forget_expired();

  private:
    using Place = std::pair<Uuid, std::string>;
    class Turn;

    std::string secret_name(const Place& place) const;
    http::Response first_answer(const catalog::KeyedRequest& first, const KeyedRequest& request,
                                const std::string& name) const;
    void keep(const catalog::IdempotencyKey& key, const http::Response& response);
    void release(const catalog::IdempotencyKey& key);

    catalog::Database& database_;
    catalog::IdempotencyKeys keys_;
    const SecretBox& secrets_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::set<Place> under_way_;
};

}  // namespace holdfast::api
