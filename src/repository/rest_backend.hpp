// A repository behind a REST server, as restic's `rest` backend speaks to it (rest-server, rclone serve
// restic). Source: restic doc/REST_backend.rst.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "repository/backend.hpp"
#include "repository/http_client.hpp"
#include "repository/repository_url.hpp"

namespace holdfast::repository {

struct RestServer {
    RestAddress address;
    std::string name;  // for messages, without password: "rest:https://host:8000/path/"
    HttpLimits limits{};
    // What the server says itself about a failure, as text for messages; may be none. Owns what must live as
    // long as the backend.
    std::function<std::string()> explain{};
};

// Requests run side by side, as many as there are callers, up to the limit of connections. What may pass
// (broken connections, 408, 429, 5xx) is tried again with growing pauses, for about three minutes; but a
// server that has never answered is given up at once. Reads go on where they broke off. When the work of the
// calling thread is to stop, a call ends at once with cancelled; one made later has a second to clear up.
class RestBackend : public Backend {
  public:
    explicit RestBackend(RestServer server);

    // Has the server make the folders of an empty repository. conflict when there is one already, or remains
    // of one.
    void make_layout();

    void save(const FileName& name, ByteView bytes) override;
    void load(const FileName& name, std::uint64_t offset, std::span<std::byte> into) override;
    std::optional<std::uint64_t> size(const FileName& name) override;
    std::vector<StoredFile> list(FileType type) override;
    bool remove(const FileName& name) override;
    void remove_all(FileType type, const std::vector<FileId>& ids) override;
    void remove_unfinished() override;
    SpaceInfo space() override;
    // Enough to keep a line busy while answers are on their way, at 16 MiB of memory each.
    unsigned connections() const override { return 4; }
    std::string describe(const FileName& name) const override;
    std::string describe() const override;

  private:
    struct Answer : HttpAnswer {
        unsigned tries = 1;
    };
    Answer ask(HttpRequest& request);
    void wait_or_throw(const HttpRequest& request, const std::expected<HttpAnswer, HttpFailure>& outcome,
                       unsigned tries);
    Error error_of(const HttpRequest& request, const HttpAnswer& answer) const;
    Error error_of(const HttpRequest& request, const HttpFailure& failure) const;
    std::string subject(const HttpRequest& request) const;
    bool holds(const FileName& name, ByteView bytes);
    void require_missing(const FileName& name, const HttpAnswer& answer);

    const RestServer server_;
    HttpClient client_;
    std::atomic<bool> has_answered_ = false;
};

}  // namespace holdfast::repository
