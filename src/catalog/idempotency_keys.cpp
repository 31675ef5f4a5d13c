#include "catalog/idempotency_keys.hpp"

#include "base/error.hpp"

namespace holdfast::catalog {
namespace {

const std::string of_key = " WHERE account_id = :account AND idempotency_key = :key";

Query query_of(Connection& connection, const std::string& sql, const IdempotencyKey& key) {
    auto query = connection.query(sql);
    query.bind("account", key.account).bind("key", key.key);
    return query;
}

std::uint64_t count(Query query) {
    return static_cast<std::uint64_t>(
        query.first([](const Row& row) { return row.number("n"); }).value_or(0));
}

void require_room(Connection& connection, const Uuid& account, const KeyLimits& limits) {
    const std::string counting = "SELECT COUNT(*) AS n FROM idempotency_keys";
    auto own = connection.query(counting + " WHERE account_id = :account");
    own.bind("account", account);
    if (count(std::move(own)) > limits.of_account || count(connection.query(counting)) > limits.of_all)
        throw Error(ErrorKind::unavailable, "Too many keys are remembered: each is kept for a day")
            .advise("Send requests that may be done twice without Idempotency-Key.");
}

std::optional<KeyedRequest> find(Connection& connection, const IdempotencyKey& key) {
    return query_of(connection, "SELECT sealed_request, sealed_answer FROM idempotency_keys" + of_key, key)
        .first([](const Row& row) {
            KeyedRequest request{row.text("sealed_request")};
            if (!row.is_null("sealed_answer")) request.sealed_answer = row.text("sealed_answer");
            return request;
        });
}

}  // namespace

std::optional<KeyedRequest> IdempotencyKeys::take(const IdempotencyKey& key,
                                                  const std::string& sealed_request, Timestamp expired,
                                                  const KeyLimits& limits) {
    return database_.transaction([&](Connection& connection) -> std::optional<KeyedRequest> {
        query_of(connection, "DELETE FROM idempotency_keys" + of_key + " AND taken_at < :expired", key)
            .bind("expired", expired)
            .run();
        query_of(connection,
                 "INSERT INTO idempotency_keys (account_id, idempotency_key, sealed_request, taken_at)"
                 " VALUES (:account, :key, :request, :taken)"
                 " ON CONFLICT (account_id, idempotency_key) DO NOTHING",
                 key)
            .bind("request", sealed_request)
            .bind("taken", now())
            .run();
        auto found = find(connection, key);
        if (!found)  // another server released it at this moment
            throw Error(ErrorKind::unavailable, "The request with this Idempotency-Key is being answered")
                .advise("Send it again.");
        if (found->sealed_request != sealed_request) return found;
        require_room(connection, key.account, limits);
        return std::nullopt;
    });
}

void IdempotencyKeys::set_answer(const IdempotencyKey& key, const std::string& sealed_answer) {
    database_.transaction([&](Connection& connection) {
        query_of(connection, "UPDATE idempotency_keys SET sealed_answer = :answer" + of_key, key)
            .bind("answer", sealed_answer)
            .run();
    });
}

void IdempotencyKeys::release(const IdempotencyKey& key) {
    database_.transaction([&](Connection& connection) {
        query_of(connection, "DELETE FROM idempotency_keys" + of_key, key).run();
    });
}

void IdempotencyKeys::remove_before(Timestamp time) {
    database_.transaction([&](Connection& connection) {
        connection.query("DELETE FROM idempotency_keys WHERE taken_at < :time").bind("time", time).run();
    });
}

}  // namespace holdfast::catalog
