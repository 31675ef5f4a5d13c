#include "api/events/event_streams.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <map>

#include "api/description/document.hpp"
#include "api/resources/handler.hpp"
#include "api/resources/represent.hpp"
#include "api/resources/task_routes.hpp"
#include "api/resources/viewer_of.hpp"
#include "base/error.hpp"
#include "catalog/accounts.hpp"
#include "catalog/visibility.hpp"

namespace holdfast::api {
namespace {

constexpr int reconnect_milliseconds = 3'000;

// JSON has no line breaks, so that it is one line of data.
std::string event_text(std::string_view type, const std::string& id, const std::string& data) {
    return fmt::format("event: {}\nid: {}\ndata: {}\n\n", type, id, data);
}

}  // namespace

// Who has how many streams.
class EventStreams::Places {
  public:
    explicit Places(const EventStreamOptions& options)
        : of_account_(options.of_account), of_all_(options.of_all) {}

    void take(const std::string& account) {
        std::lock_guard lock(mutex_);
        if (all_ >= of_all_ || taken_[account] >= of_account_)
            throw Error(
                ErrorKind::unavailable,
                fmt::format("Too many streams of events are open: an account may have {}, all together {}",
                            of_account_, of_all_))
                .advise("Close one: a single stream tells everything.");
        ++taken_[account];
        ++all_;
    }
    void give_back(const std::string& account) {
        std::lock_guard lock(mutex_);
        --all_;
        if (--taken_[account] == 0) taken_.erase(account);
    }

  private:
    const std::size_t of_account_;
    const std::size_t of_all_;
    std::mutex mutex_;
    std::map<std::string, std::size_t> taken_;
    std::size_t all_ = 0;
};

struct EventStreams::Place {
    Place(std::shared_ptr<Places> all, std::string name) : places(std::move(all)), account(std::move(name)) {
        places->take(account);
    }
    ~Place() { places->give_back(account); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    std::shared_ptr<Places> places;
    std::string account;
};

struct EventStreams::Stream {
    std::shared_ptr<Place> place;
    EventFollower follower;
    std::shared_ptr<http::BodyFeed> feed{};
    std::uint64_t next = 0;  // the number of the event that it is told next
    SteadyClock::time_point last_told{};

    const std::string& account() const { return follower.logon->account(); }
    http::BodyFeed::Offer tell(std::string_view text) {
        auto offer = feed->offer(text);
        if (offer == http::BodyFeed::Offer::taken) last_told = SteadyClock::now();
        return offer;
    }
};

EventStreams::EventStreams(catalog::Database& database, const ThisServer& server, EventStreamOptions options)
    : database_(database), server_(server), options_(options), places_(std::make_shared<Places>(options)) {
    thread_ = std::thread([this] { run(); });
}

http::Response EventStreams::open(EventFollower follower) {
    auto place = std::make_shared<Place>(places_, follower.logon->account());
    auto begin = [this, place, follower = std::move(follower)](std::shared_ptr<http::BodyFeed> feed) {
        take_in(std::make_shared<Stream>(place, follower, std::move(feed)));
    };
    return {.status = 200,
            .headers = {{"Content-Type", "text/event-stream"},
                        {"Cache-Control", "no-store"},
                        {"X-Content-Type-Options", "nosniff"},
                        {"X-Accel-Buffering", "no"}},  // proxies pass on what comes as it comes
            .body = http::FedBody{std::move(begin)}};
}

void EventStreams::take_in(StreamPointer stream) {
    std::unique_lock lock(mutex_);
    if (stopping_) {
        lock.unlock();
        stream->feed->finish();
        return;
    }
    newcomers_.push_back(std::move(stream));
    changed_.notify_all();
}

void EventStreams::stop() {
    {
        std::lock_guard lock(mutex_);
        if (stopping_) return;
        stopping_ = true;
        changed_.notify_all();
    }
    thread_.join();
    end_all(streams_);
    end_all(newcomers_);
}

void EventStreams::end_all(std::vector<StreamPointer>& streams) {
    for (const auto& stream : streams)
        if (stream) stream->feed->finish();
    streams.clear();
}

void EventStreams::forget() {
    finder_.reset();
    log_.reset();
}

// False at the end. Who comes is looked after at once.
bool EventStreams::wait_for_work() {
    std::unique_lock lock(mutex_);
    auto is_wanted = [this] { return stopping_ || !newcomers_.empty(); };
    if (finder_)
        changed_.wait_for(lock, options_.ask_every, is_wanted);
    else
        changed_.wait(lock, is_wanted);
    return !stopping_;
}

void EventStreams::run() {
    while (wait_for_work()) {
        std::vector<StreamPointer> newcomers;
        {
            std::lock_guard lock(mutex_);
            newcomers.swap(newcomers_);
        }
        try {
            ask();
            adopt(newcomers);
            std::vector<StreamPointer> going_on;
            for (const auto& stream : streams_)
                if (feed(*stream)) going_on.push_back(stream);
            streams_ = std::move(going_on);
        } catch (const std::exception& error) {
            // Their clients come again in a moment, and learn that nobody knows what they missed.
            spdlog::warn("Events could not be told: {}", error.what());
            end_all(newcomers);
            end_all(streams_);
            forget();
        }
        auto time = SteadyClock::now();
        if (!streams_.empty()) last_followed_ = time;
        if (time - last_followed_ >= options_.linger) forget();
    }
}

void EventStreams::ask() {
    if (!finder_) {
        finder_.emplace(database_);
        log_.emplace();
        last_followed_ = SteadyClock::now();
    }
    log_->append(finder_->find());
}

// What happens from here on is told. A client that comes back is told what it missed, or that nobody knows
// what it missed.
void EventStreams::adopt(std::vector<StreamPointer>& newcomers) {
    for (auto& stream : newcomers) {
        const auto& last_id = stream->follower.last_id;
        auto missed = last_id.empty() ? std::nullopt : log_->after(last_id);
        stream->next = missed.value_or(log_->end());
        auto id = log_->id_of(stream->next - 1);
        auto text = fmt::format("retry: {}\nid: {}\n\n", reconnect_milliseconds, id);
        if (!last_id.empty() && !missed) text += event_text("Reset", id, "{}");
        if (stream->tell(text) == http::BodyFeed::Offer::taken) streams_.push_back(std::move(stream));
    }
}

bool EventStreams::feed(Stream& stream) {
    bool goes_on = !stream.follower.logon->is_over() && stream.next >= log_->begin() && feed_events(stream);
    if (goes_on && SteadyClock::now() - stream.last_told >= options_.silence)
        goes_on = stream.tell(": still here\n\n") != http::BodyFeed::Offer::gone;
    if (!goes_on) stream.feed->finish();
    return goes_on;
}

// For whom it is asked anew each time: a change of the account counts at once.
bool EventStreams::feed_events(Stream& stream) {
    if (stream.next == log_->end()) return true;
    auto viewer = viewer_of(database_, *stream.follower.logon);
    if (!viewer) return false;
    for (; stream.next < log_->end(); ++stream.next) {
        auto data = event_for(stream, *viewer, log_->at(stream.next));
        if (!data) continue;
        auto offer = stream.tell(*data);
        // One that is full gets the rest later, as long as the log has it.
        if (offer != http::BodyFeed::Offer::taken) return offer == http::BodyFeed::Offer::full;
    }
    return true;
}

// Nothing for what the account may not see.
std::optional<std::string> EventStreams::event_for(const Stream& stream, const catalog::Viewer& viewer,
                                                   const Change& change) {
    catalog::Visibility visibility(database_, viewer);
    Site site(stream.follower.links, server_);
    auto id = log_->id_of(stream.next);
    if (const auto* task = std::get_if<catalog::TaskRecord>(&change)) {
        if (task->account != viewer.account) return std::nullopt;
        return event_text("Task", id, to_json(represent(to_view(*task), site.links())));
    }
    if (const auto* session = std::get_if<catalog::BackupSession>(&change)) {
        if (!readers.allows(stream.follower.logon->roles())) return std::nullopt;
        auto shown = *session;
        if (!viewer.sees_all) {
            auto seen = catalog::find_visible_session(database_, viewer, session->id);
            if (!seen) return std::nullopt;
            shown.reason = seen->reason;
        }
        return event_text("BackupJobSession", id, to_json(represent(shown, site)));
    }
    const auto& session = std::get<catalog::RestoreSession>(change);
    if (!visibility.restore_session(session.id)) return std::nullopt;
    return event_text("RestoreSession", id, to_json(represent(session, site)));
}

}  // namespace holdfast::api
