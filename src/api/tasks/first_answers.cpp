#include "api/tasks/first_answers.hpp"

#include <spdlog/spdlog.h>

#include <boost/describe.hpp>
#include <boost/json.hpp>

#include "api/routing/answer.hpp"
#include "catalog/accounts.hpp"

namespace holdfast::api {

struct KeptAnswer {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};
BOOST_DESCRIBE_STRUCT(KeptAnswer, (), (status, headers, body))

namespace {

constexpr std::chrono::hours kept_for{24};
constexpr std::chrono::seconds longest_wait{30};
constexpr std::size_t longest_answer = 64 << 10;

// Whether an error says that nothing was done, so that the request may be tried again under the same key.
bool did_nothing(const Error& error) {
    const auto* with_status = dynamic_cast<const StatusError*>(&error);
    int status = with_status ? with_status->status() : status_of(error.kind());
    return status != 500 && error.kind() != ErrorKind::cancelled;
}

Uuid id_of(catalog::Database& database, const std::string& account) {
    auto viewer = catalog::Accounts(database).find_viewer(account);
    if (!viewer) throw Error(ErrorKind::unauthenticated, "The account of this logon session is gone");
    return viewer->account;
}

}  // namespace

// One request a key at a time.
class FirstAnswers::Turn {
  public:
    Turn(FirstAnswers& answers, Place place) : answers_(answers), place_(std::move(place)) {
        std::unique_lock lock(answers_.mutex_);
        bool is_free = answers_.changed_.wait_for(lock, longest_wait,
                                                  [&] { return !answers_.under_way_.contains(place_); });
        if (!is_free)
            throw Error(ErrorKind::conflict,
                        "The first request with this Idempotency-Key is still being answered")
                .advise("Send it again later.");
        answers_.under_way_.insert(place_);
    }
    ~Turn() {
        std::lock_guard lock(answers_.mutex_);
        answers_.under_way_.erase(place_);
        answers_.changed_.notify_all();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

  private:
    FirstAnswers& answers_;
    Place place_;
};

std::string FirstAnswers::secret_name(const Place& place) const {
    return "idempotency key " + place.first.to_string() + " " + place.second;
}

http::Response FirstAnswers::answer_once(const KeyedRequest& request,
                                         const std::function<http::Response()>& answer) {
    catalog::IdempotencyKey key{id_of(database_, request.account), request.key};
    Place place{key.account, key.key};
    auto name = secret_name(place);
    Turn turn(*this, place);
    auto first = keys_.take(key, secrets_.seal(name, request.digest), now() - kept_for);
    if (first) return first_answer(*first, request, name);
    http::Response response;
    try {
        response = answer();
    } catch (const Error& error) {
        if (did_nothing(error)) release(key);
        throw;
    }
    keep(key, response);
    return response;
}

http::Response FirstAnswers::first_answer(const catalog::KeyedRequest& first, const KeyedRequest& request,
                                          const std::string& name) const {
    if (secrets_.unseal(name, first.sealed_request) != request.digest) {
        StatusError error(422, ErrorKind::invalid_input,
                          "This Idempotency-Key was sent with another request within the last 24 hours");
        error.advise("Send a new key with a new request, and the old one only with the very same.");
        throw error;
    }
    if (!first.sealed_answer)
        throw Error(ErrorKind::conflict,
                    "A request with this Idempotency-Key was taken, but how it was answered is not known")
            .advise("Look whether it was done; where it was not, send it with a new key.");
    auto kept =
        boost::json::value_to<KeptAnswer>(boost::json::parse(secrets_.unseal(name, *first.sealed_answer)));
    kept.headers.emplace_back("Idempotent-Replayed", "true");
    return {.status = kept.status, .headers = std::move(kept.headers), .body = std::move(kept.body)};
}

// The answer goes out also where it cannot be kept: what was done was done.
void FirstAnswers::keep(const catalog::IdempotencyKey& key, const http::Response& response) {
    const auto* body = std::get_if<std::string>(&response.body);
    if (!body || body->size() > longest_answer) return;
    try {
        KeptAnswer kept{response.status, response.headers, *body};
        auto name = secret_name({key.account, key.key});
        keys_.set_answer(key, secrets_.seal(name, boost::json::serialize(boost::json::value_from(kept))));
    } catch (const std::exception& error) {
        spdlog::error("The answer to a request with an Idempotency-Key could not be kept: {}", error.what());
    }
}

void FirstAnswers::release(const catalog::IdempotencyKey& key) {
    try {
        keys_.release(key);
    } catch (const Error& error) {
        spdlog::error("An Idempotency-Key could not be released: {}", error.what());
    }
}

void FirstAnswers::forget_expired() {
    try {
        keys_.remove_before(now() - kept_for);
    } catch (const Error& error) {
        spdlog::warn("Expired idempotency keys could not be removed: {}", error.what());
    }
}

}  // namespace holdfast::api
