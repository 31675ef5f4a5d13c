#include "catalog/notification_targets.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "base/error.hpp"

namespace holdfast::catalog {
namespace {

const std::string select =
    "SELECT t.id AS id, t.name AS name, t.url AS url, t.mail_server AS mail_server,"
    " t.mail_port AS mail_port, t.mail_encryption AS mail_encryption, t.mail_user AS mail_user,"
    " t.mail_from AS mail_from, t.mail_to AS mail_to, t.sealed_secret AS sealed_secret,"
    " t.on_success AS on_success, t.on_warning AS on_warning, t.on_failed AS on_failed,"
    " t.all_jobs AS all_jobs, t.restores AS restores, t.created_at AS created_at,"
    " t.delivered AS delivered, t.given_up AS given_up, t.last_delivered_at AS last_delivered_at,"
    " t.last_failed_at AS last_failed_at, t.last_failure AS last_failure,"
    " (SELECT COUNT(*) FROM notifications n WHERE n.target_id = t.id) AS waiting"
    " FROM notification_targets t";

std::vector<std::string> split_words(const std::string& text) {
    std::istringstream stream(text);
    return {std::istream_iterator<std::string>(stream), {}};
}

std::optional<MailSettings> read_mail(const Row& row) {
    auto server = row.text("mail_server");
    if (server.empty()) return std::nullopt;
    return MailSettings{.server = server,
                        .port = static_cast<int>(row.number("mail_port")),
                        .encryption = row.text("mail_encryption"),
                        .user = row.text("mail_user"),
                        .from = row.text("mail_from"),
                        .to = split_words(row.text("mail_to"))};
}

NotificationTarget read_target(const Row& row) {
    return {.id = row.id("id"),
            .name = row.text("name"),
            .url = row.text("url"),
            .mail = read_mail(row),
            .sealed_secret = row.text("sealed_secret"),
            .on_success = row.flag("on_success"),
            .on_warning = row.flag("on_warning"),
            .on_failed = row.flag("on_failed"),
            .all_jobs = row.flag("all_jobs"),
            .restores = row.flag("restores"),
            .created = row.time("created_at"),
            .figures = {.waiting = row.number("waiting"),
                        .delivered = row.number("delivered"),
                        .given_up = row.number("given_up"),
                        .last_delivered = row.optional_time("last_delivered_at"),
                        .last_failed = row.optional_time("last_failed_at"),
                        .last_failure = row.text("last_failure")}};
}

void read_jobs(Connection& connection, NotificationTarget& target) {
    target.jobs =
        connection.query("SELECT job_id FROM notification_target_jobs WHERE target_id = :id ORDER BY job_id")
            .bind("id", target.id)
            .rows([](const Row& row) { return row.id("job_id"); });
}

std::optional<NotificationTarget> find_target(Connection& connection, const Uuid& id) {
    auto target = connection.query(select + " WHERE t.id = :id").bind("id", id).first(read_target);
    if (target) read_jobs(connection, *target);
    return target;
}

NotificationTarget hold_target(Connection& connection, const Uuid& id) {
    if (connection.query("UPDATE notification_targets SET id = id WHERE id = :id").bind("id", id).run() == 0)
        throw Error(ErrorKind::not_found, "There is no notification target " + id.to_string() + " any more");
    return find_target(connection, id).value();
}

void require_free_name(Connection& connection, const NotificationTarget& target) {
    auto taken = connection.query("SELECT id FROM notification_targets WHERE name = :name AND id <> :id")
                     .bind("name", target.name)
                     .bind("id", target.id)
                     .first([](const Row& row) { return row.id("id"); });
    if (taken)
        throw Error(ErrorKind::conflict,
                    "There is a notification target with the name " + target.name + " already")
            .advise("Choose another name.");
}

void require_room(Connection& connection) {
    auto count = connection.query("SELECT COUNT(*) AS number FROM notification_targets")
                     .first([](const Row& row) { return row.number("number"); })
                     .value_or(0);
    if (static_cast<std::size_t>(count) >= NotificationTargets::most)
        throw Error(ErrorKind::conflict, fmt::format("There are {} notification targets already", count))
            .advise("Delete one of them first.");
}

// So that none is deleted meanwhile.
void hold_jobs(Connection& connection, const std::vector<Uuid>& jobs) {
    for (const auto& job : jobs)
        if (connection.query("UPDATE jobs SET id = id WHERE id = :job").bind("job", job).run() == 0)
            throw Error(ErrorKind::invalid_input, "There is no job " + job.to_string())
                .advise("Take JobUid from GET /api/jobs.");
}

void store_jobs(Connection& connection, const NotificationTarget& target) {
    const auto jobs = target.all_jobs ? std::vector<Uuid>() : target.jobs;
    hold_jobs(connection, jobs);
    connection.query("DELETE FROM notification_target_jobs WHERE target_id = :id")
        .bind("id", target.id)
        .run();
    for (const auto& job : jobs)
        connection
            .query(
                "INSERT INTO notification_target_jobs (target_id, job_id) VALUES (:id, :job)"
                " ON CONFLICT DO NOTHING")
            .bind("id", target.id)
            .bind("job", job)
            .run();
}

// What an edit may change.
Query& bind_settings(Query& query, const NotificationTarget& target) {
    const auto mail = target.mail.value_or(MailSettings{.encryption = ""});
    return query.bind("id", target.id)
        .bind("name", target.name)
        .bind("url", target.url)
        .bind("server", mail.server)
        .bind("port", mail.port)
        .bind("encryption", mail.encryption)
        .bind("user", mail.user)
        .bind("sender", mail.from)
        .bind("recipients", fmt::format("{}", fmt::join(mail.to, " ")))
        .bind("secret", target.sealed_secret)
        .bind("success", target.on_success)
        .bind("warning", target.on_warning)
        .bind("failed", target.on_failed)
        .bind("all_jobs", target.all_jobs)
        .bind("restores", target.restores);
}

}  // namespace

std::vector<NotificationTarget> NotificationTargets::list() {
    return database_.read([](Connection& connection) {
        auto targets = connection.query(select + " ORDER BY t.created_at, t.id").rows(read_target);
        for (auto& target : targets) read_jobs(connection, target);
        return targets;
    });
}

std::optional<NotificationTarget> NotificationTargets::find(const Uuid& id) {
    return database_.read([&](Connection& connection) { return find_target(connection, id); });
}

void NotificationTargets::add(const NotificationTarget& target) {
    database_.transaction([&](Connection& connection) {
        require_room(connection);
        require_free_name(connection, target);
        auto query = connection.query(
            "INSERT INTO notification_targets (id, name, url, mail_server, mail_port, mail_encryption,"
            " mail_user, mail_from, mail_to, sealed_secret, on_success, on_warning, on_failed, all_jobs,"
            " restores, created_at, delivered, given_up, last_failure)"
            " VALUES (:id, :name, :url, :server, :port, :encryption, :user, :sender, :recipients, :secret,"
            " :success, :warning, :failed, :all_jobs, :restores, :created, 0, 0, '')");
        bind_settings(query, target).bind("created", target.created).run();
        store_jobs(connection, target);
    });
}

void NotificationTargets::edit(const Uuid& id, const std::function<void(NotificationTarget&)>& change) {
    database_.transaction([&](Connection& connection) {
        auto target = hold_target(connection, id);
        change(target);
        require_free_name(connection, target);
        auto query = connection.query(
            "UPDATE notification_targets SET name = :name, url = :url, mail_server = :server,"
            " mail_port = :port, mail_encryption = :encryption, mail_user = :user, mail_from = :sender,"
            " mail_to = :recipients, sealed_secret = :secret, on_success = :success, on_warning = :warning,"
            " on_failed = :failed, all_jobs = :all_jobs, restores = :restores WHERE id = :id");
        bind_settings(query, target).run();
        store_jobs(connection, target);
    });
}

void NotificationTargets::remove(const Uuid& id,
                                 const std::function<void(const NotificationTarget&)>& check) {
    database_.transaction([&](Connection& connection) {
        check(hold_target(connection, id));
        connection.query("DELETE FROM notification_targets WHERE id = :id").bind("id", id).run();
    });
}

}  // namespace holdfast::catalog
