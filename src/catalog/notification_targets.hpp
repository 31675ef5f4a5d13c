// Where the results of sessions are sent: webhooks, and mail.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/database.hpp"

namespace holdfast::catalog {

// How the connection to a mail server is encrypted; the API's words.
namespace mail_encryption {
inline constexpr std::string_view start_tls = "StartTls";  // begun in plain text, nothing said before TLS
inline constexpr std::string_view tls = "Tls";
inline constexpr std::string_view none = "None";
}  // namespace mail_encryption

struct MailSettings {
    std::string server;
    int port = 0;
    std::string encryption = std::string(mail_encryption::start_tls);
    std::string user;  // empty: no logon; its password is the target's secret
    std::string from;
    std::vector<std::string> to;  // addresses without blanks
    bool operator==(const MailSettings&) const = default;
};

// How its deliveries went.
struct DeliveryFigures {
    std::int64_t waiting = 0;
    std::int64_t delivered = 0;
    std::int64_t given_up = 0;
    std::optional<Timestamp> last_delivered{};
    std::optional<Timestamp> last_failed{};
    std::string last_failure{};
};

struct NotificationTarget {
    Uuid id;
    std::string name;
    std::string url;                     // of a webhook
    std::optional<MailSettings> mail{};  // of mail; the one or the other
    std::string sealed_secret{};         // by SecretBox, under secret_name(id); empty: there is none
    bool on_success = true;
    bool on_warning = true;
    bool on_failed = true;
    bool all_jobs = true;
    std::vector<Uuid> jobs{};  // where it is not all of them
    bool restores = true;
    Timestamp created{};
    DeliveryFigures figures{};  // read, never stored from here

    static std::string secret_name(const Uuid& id) { return "notification target " + id.to_string(); }
};

class NotificationTargets {
  public:
    static constexpr std::size_t most = 50;

    explicit NotificationTargets(Database& database) : database_(database) {}

    // Oldest first.
    std::vector<NotificationTarget> list();
    std::optional<NotificationTarget> find(const Uuid& id);
    // conflict where the name is taken or there are too many; invalid_input where one of its jobs is gone.
    void add(const NotificationTarget& target);
    // What `change` makes of it is kept; what it throws leaves it as it was. not_found when it is gone.
    void edit(const Uuid& id, const std::function<void(NotificationTarget&)>& change);
    // With what waits for it. `check` sees it as it is then, and throws to keep it.
    void remove(
        const Uuid& id,
        const std::function<void(const NotificationTarget&)>& check = [](const NotificationTarget&) {});

  private:
    Database& database_;
};

}  // namespace holdfast::catalog
