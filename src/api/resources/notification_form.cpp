#include "api/resources/notification_form.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/resources/entity_form.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "notify/check_target.hpp"

namespace holdfast::api {
namespace {

namespace encryption = catalog::mail_encryption;

constexpr std::size_t most_recipients = 50;
constexpr std::size_t most_jobs = 1'000;

MailEncryption to_form(std::string_view word) {
    if (word == encryption::tls) return MailEncryption::Tls;
    return word == encryption::none ? MailEncryption::None : MailEncryption::StartTls;
}

std::string_view word_of(MailEncryption value) {
    if (value == MailEncryption::Tls) return encryption::tls;
    return value == MailEncryption::None ? encryption::none : encryption::start_tls;
}

int usual_port(MailEncryption value) {
    if (value == MailEncryption::Tls) return 465;
    return value == MailEncryption::None ? 25 : 587;
}

MailType to_form(const catalog::MailSettings& mail) {
    MailType form;
    form.Server = mail.server;
    form.Port = mail.port;
    form.Encryption = to_form(mail.encryption);
    if (!mail.user.empty()) form.User = mail.user;
    form.From = mail.from;
    for (const auto& address : mail.to) form.To.Address.emplace_back(address);
    return form;
}

catalog::MailSettings settings_of(const MailSpecType& spec) {
    if (spec.To.Address.size() > most_recipients)
        throw Error(ErrorKind::invalid_input,
                    fmt::format("To names more than {} addresses", most_recipients));
    auto how = spec.Encryption.value_or(MailEncryption::StartTls);
    catalog::MailSettings settings{
        .server = spec.Server, .encryption = std::string(word_of(how)), .from = spec.From};
    settings.port = spec.Port ? static_cast<int>(*spec.Port) : usual_port(how);
    if (spec.User) settings.user = *spec.User;
    settings.to.assign(spec.To.Address.begin(), spec.To.Address.end());
    notify::check_mail(settings);
    return settings;
}

std::string seal(const SecretBox& secrets, const catalog::NotificationTarget& target,
                 const std::string& secret) {
    return secrets.seal(catalog::NotificationTarget::secret_name(target.id), secret);
}

void apply_webhook(const WebhookSpecType& spec, const SecretBox& secrets,
                   catalog::NotificationTarget& target) {
    notify::check_webhook_url(spec.Url);
    if (spec.Secret)
        target.sealed_secret = seal(secrets, target, *spec.Secret);
    else if (target.url.empty())
        throw Error(ErrorKind::invalid_input, "Secret is missing: the receiver checks the signature with it")
            .advise("Give a random text of at least 16 characters.");
    target.url = spec.Url;
    target.mail.reset();
}

bool sends_password_to_the_same(const catalog::MailSettings& a, const catalog::MailSettings& b) {
    return a.server == b.server && a.port == b.port && a.encryption == b.encryption && a.user == b.user;
}

void apply_mail(const MailSpecType& spec, const SecretBox& secrets, catalog::NotificationTarget& target) {
    auto settings = settings_of(spec);
    if (spec.Password && !spec.User)
        throw Error(ErrorKind::invalid_input, "User is missing: the password is of somebody");
    if (!spec.User)
        target.sealed_secret.clear();
    else if (spec.Password)
        target.sealed_secret = seal(secrets, target, *spec.Password);
    else if (!target.mail || !sends_password_to_the_same(*target.mail, settings))
        throw Error(ErrorKind::invalid_input,
                    "Password is missing: the one of another server or user is not sent there");
    target.mail = std::move(settings);
    target.url.clear();
}

std::string checked_name(const std::string& name) {
    bool is_printable =
        std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
    if (!is_printable || name != trimmed(name))
        throw Error(ErrorKind::invalid_input, "Name has control characters, or blanks at its ends");
    return name;
}

std::vector<Uuid> jobs_of(const NotificationJobListType& list) {
    if (list.JobUid.size() > most_jobs)
        throw Error(ErrorKind::invalid_input, fmt::format("Jobs names more than {} jobs", most_jobs));
    std::vector<Uuid> jobs;
    for (const std::string& uid : list.JobUid) {
        auto id = parse_urn_or_id(uid);
        if (!id)
            throw Error(ErrorKind::invalid_input, "JobUid names no job: " + uid)
                .advise("Take it from GET /api/jobs.");
        jobs.push_back(*id);
    }
    return jobs;
}

}  // namespace

NotificationTarget represent(const catalog::NotificationTarget& target, Site& site) {
    auto path = at("/notificationTargets", target.id);
    auto entity = begin_entity<NotificationTarget>(site, "NotificationTarget", path, target.id, target.name);
    entity.Links = LinkList{alternate(site, path, "NotificationTarget", target.name),
                            site.links().link("Edit", path, "NotificationTarget", target.name),
                            site.links().link("Delete", path), site.links().action("Test", path, "test")};
    if (target.mail)
        entity.Mail = to_form(*target.mail);
    else
        entity.Webhook = WebhookType{target.url};
    entity.OnSuccess = target.on_success;
    entity.OnWarning = target.on_warning;
    entity.OnFailed = target.on_failed;
    if (!target.all_jobs) {
        entity.Jobs.emplace();
        for (const auto& job : target.jobs) entity.Jobs->JobUid.emplace_back(make_urn("Job", job));
    }
    entity.RestoreSessions = target.restores;
    entity.CreationTimeUTC = target.created;
    entity.PendingCount = target.figures.waiting;
    entity.DeliveredCount = target.figures.delivered;
    entity.FailedCount = target.figures.given_up;
    entity.LastDeliveryTimeUTC = target.figures.last_delivered;
    entity.LastFailureTimeUTC = target.figures.last_failed;
    if (!target.figures.last_failure.empty()) entity.LastFailureMessage = target.figures.last_failure;
    return entity;
}

void apply(const NotificationTargetSpec& spec, const SecretBox& secrets,
           catalog::NotificationTarget& target) {
    if (spec.Webhook.has_value() == spec.Mail.has_value())
        throw Error(ErrorKind::invalid_input, "A notification target is either a Webhook or Mail");
    target.name = checked_name(spec.Name);
    if (spec.Webhook)
        apply_webhook(*spec.Webhook, secrets, target);
    else
        apply_mail(*spec.Mail, secrets, target);
    target.on_success = spec.OnSuccess.value_or(true);
    target.on_warning = spec.OnWarning.value_or(true);
    target.on_failed = spec.OnFailed.value_or(true);
    target.all_jobs = !spec.Jobs.has_value();
    target.jobs = spec.Jobs ? jobs_of(*spec.Jobs) : std::vector<Uuid>();
    target.restores = spec.RestoreSessions.value_or(true);
}

}  // namespace holdfast::api
