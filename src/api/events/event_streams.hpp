// Server-sent events: clients that follow what happens to tasks and sessions. One thread feeds them all.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "api/events/event_log.hpp"
#include "api/resources/site.hpp"
#include "api/routing/logon_registry.hpp"
#include "catalog/viewer.hpp"
#include "http/server.hpp"

namespace holdfast::api {

struct EventStreamOptions {
    std::size_t of_account = 10;
    std::size_t of_all = 200;
    std::chrono::milliseconds ask_every{1'000};
    std::chrono::milliseconds silence{
        15'000};  // after it a comment is sent, so that a lost client is noticed
    std::chrono::milliseconds linger{300'000};  // without clients, until nothing is remembered any more
};

// Who follows.
struct EventFollower {
    std::shared_ptr<Logon> logon;
    LinkBuilder links;
    std::string last_id;  // that the client saw before it came back; empty: it comes for the first time
};

// Any thread.
class EventStreams {
  public:
    EventStreams(catalog::Database& database, const ThisServer& server, EventStreamOptions options = {});
    ~EventStreams() { stop(); }
    EventStreams(const EventStreams&) = delete;
    EventStreams& operator=(const EventStreams&) = delete;

    // A response that goes on until its logon session is over, the client is gone or cannot keep up, or
    // stop(). unavailable beyond the limits.
    http::Response open(EventFollower follower);
    // Ends all streams, and takes no more. Before the server stops that sends them.
    void stop();

  private:
    class Places;
    struct Place;
    struct Stream;
    using StreamPointer = std::shared_ptr<Stream>;

    void run();
    bool wait_for_work();
    void ask();
    void adopt(std::vector<StreamPointer>& newcomers);
    // False when the stream has ended.
    bool feed(Stream& stream);
    void end_all(std::vector<StreamPointer>& streams);
    void forget();
    bool feed_events(Stream& stream);
    std::optional<std::string> event_for(const Stream& stream, const catalog::Viewer& viewer,
                                         const Change& change);
    void take_in(StreamPointer stream);

    catalog::Database& database_;
    const ThisServer& server_;
    const EventStreamOptions options_;
    std::shared_ptr<Places> places_;  // responses that were never sent give theirs back whenever they go

    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopping_ = false;
    std::vector<StreamPointer> newcomers_;

    // Of the thread.
    std::vector<StreamPointer> streams_;
    std::optional<ChangeFinder> finder_;
    std::optional<EventLog> log_;
    SteadyClock::time_point last_followed_;
    std::thread thread_;
};

}  // namespace holdfast::api
