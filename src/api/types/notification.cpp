#include "api/types/notification.hpp"

#include "api/description/describe.hpp"

namespace holdfast::api {

HOLDFAST_ENUM(MailEncryption, StartTls, Tls, None)
HOLDFAST_ENUM(NotificationEvent, BackupJobSessionEnded, RestoreSessionEnded, Test)

HOLDFAST_PART(NotificationJobListType, (), (JobUid))
HOLDFAST_PART(MailRecipientListType, (), (Address))
HOLDFAST_PART(WebhookType, (), (Url))
HOLDFAST_PART(MailType, (), (Server, Port, Encryption, User, From, To))
HOLDFAST_ROOT(NotificationTarget, "NotificationTargetEntityType", (Entity),
              (Webhook, Mail, OnSuccess, OnWarning, OnFailed, Jobs, RestoreSessions, CreationTimeUTC,
               PendingCount, DeliveredCount, FailedCount, LastDeliveryTimeUTC, LastFailureTimeUTC,
               LastFailureMessage))
HOLDFAST_LIST(NotificationTargets, "NotificationTargetEntityListType", "NotificationTarget")
HOLDFAST_PART(WebhookSpecType, (), (Url, Secret))
HOLDFAST_PART(MailSpecType, (), (Server, Port, Encryption, User, Password, From, To))
HOLDFAST_ROOT(NotificationTargetSpec, "NotificationTargetSpecType", (),
              (Name, Webhook, Mail, OnSuccess, OnWarning, OnFailed, Jobs, RestoreSessions))
HOLDFAST_ROOT(NotificationMessage, "NotificationMessageType", (),
              (Id, Event, TimeUTC, TargetName, ServerName, ServerUid, BackupJobSession, RestoreSession,
               BackupTaskSession))

}  // namespace holdfast::api
