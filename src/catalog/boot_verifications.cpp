#include "catalog/boot_verifications.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/sources.hpp"

namespace holdfast::catalog {
namespace {

constexpr int most_listed = 1000;
constexpr int most_screenshots = 1000;

std::string select_verifications(std::string_view console) {
    return fmt::format(
        "SELECT b.id AS id, b.hierarchy_root_id AS hierarchy_root_id, b.domain_id AS domain_id,"
        " b.twin_name AS twin_name, b.boot_ms AS boot_ms, {} AS console, b.is_removed AS is_removed,"
        " (SELECT COUNT(*) FROM boot_screenshots p WHERE p.verification_id = b.id) AS screenshots"
        " FROM boot_verifications b JOIN restore_sessions s ON s.id = b.id",
        console);
}

BootVerification read_verification(const Row& row) {
    BootVerification made;
    made.session.id = row.id("id");
    made.hierarchy_root = row.id("hierarchy_root_id");
    made.domain = row.id("domain_id");
    made.twin_name = row.text("twin_name");
    if (!row.is_null("boot_ms")) made.boot_ms = row.number("boot_ms");
    made.console = row.text("console");
    made.is_removed = row.flag("is_removed");
    made.has_screenshot = row.number("screenshots") > 0;
    return made;
}

BootCheck read_check(const Row& row) {
    BootCheck made{.kind = row.text("kind"),
                   .target = row.text("target"),
                   .result = row.text("result"),
                   .message = row.text("message")};
    if (!row.is_null("after_ms")) made.after_ms = row.number("after_ms");
    return made;
}

BootVerification complete(Connection& connection, BootVerification verification) {
    const auto id = verification.session.id;
    auto session = connection.query(restore_session_source().select() + " WHERE r.id = :id")
                       .bind("id", id)
                       .first(restore_session_source().read);
    if (session) verification.session = std::move(*session);
    verification.checks = connection
                              .query(
                                  "SELECT kind, target, result, message, after_ms FROM boot_checks"
                                  " WHERE verification_id = :id ORDER BY position")
                              .bind("id", id)
                              .rows(read_check);
    return verification;
}

std::vector<BootVerification> complete_all(Connection& connection, std::vector<BootVerification> rows) {
    for (auto& row : rows) row = complete(connection, std::move(row));
    return rows;
}

void store_checks(Connection& connection, const BootVerification& verification) {
    const auto id = verification.session.id;
    connection.query("DELETE FROM boot_checks WHERE verification_id = :id").bind("id", id).run();
    int position = 0;
    for (const auto& check : verification.checks)
        connection
            .query(
                "INSERT INTO boot_checks (verification_id, position, kind, target, result, message, after_ms)"
                " VALUES (:id, :position, :kind, :target, :result, :message, :after)")
            .bind("id", id)
            .bind("position", position++)
            .bind("kind", check.kind)
            .bind("target", check.target)
            .bind("result", check.result)
            .bind("message", check.message)
            .bind("after", check.after_ms.value_or(-1))
            .run();
    connection.query("UPDATE boot_checks SET after_ms = NULL WHERE verification_id = :id AND after_ms < 0")
        .bind("id", id)
        .run();
}

void store_screenshot(Connection& connection, const Uuid& id, std::span<const std::byte> png) {
    connection
        .query(
            "INSERT INTO boot_screenshots (verification_id, png) VALUES (:id, :png)"
            " ON CONFLICT (verification_id) DO UPDATE SET png = :png2")
        .bind("id", id)
        .bind("png", to_base64(png))
        .bind("png2", to_base64(png))
        .run();
    connection
        .query(fmt::format("DELETE FROM boot_screenshots WHERE verification_id IN (SELECT p.verification_id"
                           " FROM boot_screenshots p JOIN restore_sessions s ON s.id = p.verification_id"
                           " ORDER BY s.created_at DESC, s.id LIMIT 1000000 OFFSET {})",
                           most_screenshots))
        .run();
}

}  // namespace

std::vector<BootVerification> BootVerifications::list(Timestamp since) {
    return database_.read([&](Connection& connection) {
        auto rows = connection
                        .query(fmt::format("{} WHERE s.created_at >= :since ORDER BY s.created_at DESC, s.id"
                                           " LIMIT {}",
                                           select_verifications("''"), most_listed))
                        .bind("since", since)
                        .rows(read_verification);
        std::ranges::reverse(rows);
        return complete_all(connection, std::move(rows));
    });
}

std::optional<BootVerification> BootVerifications::find(const Uuid& id) {
    return database_.read([&](Connection& connection) -> std::optional<BootVerification> {
        auto row = connection.query(select_verifications("b.console") + " WHERE b.id = :id")
                       .bind("id", id)
                       .first(read_verification);
        if (!row) return std::nullopt;
        return complete(connection, std::move(*row));
    });
}

std::optional<std::vector<std::byte>> BootVerifications::screenshot(const Uuid& id) {
    auto kept = database_.look_up([&](Connection& connection) {
        return connection.query("SELECT png FROM boot_screenshots WHERE verification_id = :id")
            .bind("id", id)
            .first([](const Row& row) { return row.text("png"); });
    });
    return kept ? from_base64(*kept) : std::nullopt;
}

std::vector<LastBoot> BootVerifications::last_of_each_machine(Timestamp since, std::size_t limit) {
    auto found = database_.look_up([&](Connection& connection) {
        return connection
            .query(
                "SELECT s.vm_name AS name, s.result AS result, s.ended_at AS ended_at, b.boot_ms AS boot_ms"
                " FROM boot_verifications b JOIN restore_sessions s ON s.id = b.id"
                " JOIN (SELECT t.vm_name AS name, MAX(t.ended_at) AS ended_at FROM boot_verifications c"
                " JOIN restore_sessions t ON t.id = c.id WHERE t.ended_at >= :since GROUP BY t.vm_name) l"
                " ON l.name = s.vm_name AND l.ended_at = s.ended_at ORDER BY s.vm_name, s.id LIMIT :limit")
            .bind("since", since)
            .bind("limit", limit)
            .rows([](const Row& row) {
                LastBoot last{row.text("name"), row.text("result"), row.time("ended_at"), std::nullopt};
                if (!row.is_null("boot_ms")) last.boot_ms = row.number("boot_ms");
                return last;
            });
    });
    // Two that ended in the same microsecond.
    auto twice = std::ranges::unique(found, {}, &LastBoot::vm_name);
    found.erase(twice.begin(), twice.end());
    return found;
}

void BootVerifications::start(const BootVerification& verification) {
    database_.transaction([&](Connection& connection) {
        insert_session(connection, verification.session);
        connection
            .query(
                "INSERT INTO boot_verifications (id, hierarchy_root_id, domain_id, twin_name, boot_ms, "
                "console,"
                " is_removed) VALUES (:id, :root, :domain, :name, NULL, '', 0)")
            .bind("id", verification.session.id)
            .bind("root", verification.hierarchy_root)
            .bind("domain", verification.domain)
            .bind("name", verification.twin_name)
            .run();
        store_checks(connection, verification);
    });
}

void BootVerifications::update(const BootVerification& verification, std::span<const std::byte> screenshot) {
    database_.transaction([&](Connection& connection) {
        const auto id = verification.session.id;
        auto known = connection.query("UPDATE boot_verifications SET console = :console WHERE id = :id")
                         .bind("console", verification.console)
                         .bind("id", id)
                         .run();
        if (known > 0) {
            if (verification.boot_ms)
                connection.query("UPDATE boot_verifications SET boot_ms = :ms WHERE id = :id")
                    .bind("ms", *verification.boot_ms)
                    .bind("id", id)
                    .run();
            store_checks(connection, verification);
            if (!screenshot.empty()) store_screenshot(connection, id, screenshot);
        }
        store_session(connection, verification.session);
    });
}

void BootVerifications::note_removed(const Uuid& id) {
    database_.transaction([&](Connection& connection) {
        connection.query("UPDATE boot_verifications SET is_removed = 1 WHERE id = :id").bind("id", id).run();
    });
}

std::vector<BootVerification> BootVerifications::not_removed(const std::string& owner) {
    return database_.read([&](Connection& connection) {
        auto rows =
            connection.query(select_verifications("''") + " WHERE b.is_removed = 0 AND s.owner = :owner")
                .bind("owner", owner)
                .rows(read_verification);
        return complete_all(connection, std::move(rows));
    });
}

bool BootVerifications::forget(const Uuid& id) {
    return database_.transaction([&](Connection& connection) {
        auto is_over =
            connection
                .query(
                    "SELECT CASE WHEN s.ended_at IS NOT NULL AND b.is_removed = 1 THEN 1 ELSE 0 END"
                    " AS is_over FROM boot_verifications b JOIN restore_sessions s ON s.id = b.id"
                    " WHERE b.id = :id")
                .bind("id", id)
                .first([](const Row& row) { return row.flag("is_over"); });
        if (!is_over) return false;
        if (!*is_over)
            throw Error(ErrorKind::conflict, "The boot verification goes on").advise("Stop it first.");
        connection.query("DELETE FROM boot_verifications WHERE id = :id").bind("id", id).run();
        return true;
    });
}

}  // namespace holdfast::catalog
