// Notifications, an addition to EM's API: where results of sessions are sent, and the body of a webhook.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/types/session.hpp"

namespace holdfast::api {

// None: only without a user.
enum class MailEncryption { StartTls, Tls, None };
enum class NotificationEvent { BackupJobSessionEnded, RestoreSessionEnded, Test };

struct NotificationJobListType {
    std::vector<Text<1, 256>> JobUid;
};

struct MailRecipientListType {
    std::vector<Text<3, 254>> Address;
};

struct WebhookType {
    std::string Url;
};

struct MailType {
    std::string Server;
    std::int32_t Port = 0;
    MailEncryption Encryption = MailEncryption::StartTls;
    std::optional<std::string> User;
    std::string From;
    MailRecipientListType To;
};

struct NotificationTarget : Entity {
    std::optional<WebhookType> Webhook;  // the one or the other
    std::optional<MailType> Mail;
    bool OnSuccess = true;
    bool OnWarning = true;
    bool OnFailed = true;
    std::optional<NotificationJobListType> Jobs;  // all of them where it is missing
    bool RestoreSessions = true;
    Timestamp CreationTimeUTC{};
    std::int64_t PendingCount = 0;
    std::int64_t DeliveredCount = 0;
    std::int64_t FailedCount = 0;  // given up
    std::optional<Timestamp> LastDeliveryTimeUTC;
    std::optional<Timestamp> LastFailureTimeUTC;
    std::optional<std::string> LastFailureMessage;
};
struct NotificationTargets : List<NotificationTarget> {};

struct WebhookSpecType {
    Text<1, 2048> Url;
    std::optional<Text<16, 256>> Secret;  // an edit that leaves it out keeps it
};

struct MailSpecType {
    Text<1, 255> Server;
    std::optional<Range<1, 65535>> Port;  // 587, 465 or 25, by the encryption
    std::optional<MailEncryption> Encryption;
    std::optional<Text<1, 255>> User;
    std::optional<Text<1, 1024>> Password;  // an edit that leaves it out keeps it
    Text<3, 254> From;
    MailRecipientListType To;
};

// A missing OnSuccess, OnWarning, OnFailed or RestoreSessions is true.
struct NotificationTargetSpec {
    Text<1, 50> Name;
    std::optional<WebhookSpecType> Webhook;
    std::optional<MailSpecType> Mail;
    std::optional<bool> OnSuccess;
    std::optional<bool> OnWarning;
    std::optional<bool> OnFailed;
    std::optional<NotificationJobListType> Jobs;
    std::optional<bool> RestoreSessions;
};

// What a webhook is sent. Its sessions have no links: how the receiver reaches this server is not known.
struct NotificationMessage {
    std::string Id;
    NotificationEvent Event = NotificationEvent::Test;
    Timestamp TimeUTC{};
    std::string TargetName;
    std::string ServerName;
    std::string ServerUid;
    std::optional<api::BackupJobSession> BackupJobSession;
    std::optional<api::RestoreSession> RestoreSession;
    std::vector<api::BackupTaskSession> BackupTaskSession;  // the first hundred, those that failed first
};

}  // namespace holdfast::api
