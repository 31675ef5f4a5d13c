#include "catalog/guests_in_backup.hpp"

namespace holdfast::catalog {

std::vector<GuestInBackup> GuestsInBackup::list_of(const std::string& owner) {
    return database_.read([&](Connection& connection) {
        return connection
            .query(
                "SELECT server_id, domain_id, vm_name, owner, script_after, script_limit, created_at"
                " FROM guests_in_backup WHERE owner = :owner ORDER BY created_at")
            .bind("owner", owner)
            .rows([](const Row& row) {
                return GuestInBackup{row.id("server_id"),
                                     row.id("domain_id"),
                                     row.text("vm_name"),
                                     row.text("owner"),
                                     {row.text("script_after"), static_cast<int>(row.number("script_limit"))},
                                     row.time("created_at")};
            });
    });
}

void GuestsInBackup::note(const GuestInBackup& guest) {
    database_.transaction([&](Connection& connection) {
        connection
            .query(
                "INSERT INTO guests_in_backup"
                " (server_id, domain_id, vm_name, owner, script_after, script_limit, created_at)"
                " VALUES (:server, :domain, :name, :owner, :script, :limit, :created)"
                " ON CONFLICT (server_id, domain_id) DO UPDATE SET vm_name = excluded.vm_name,"
                " owner = excluded.owner, script_after = excluded.script_after,"
                " script_limit = excluded.script_limit, created_at = excluded.created_at")
            .bind("server", guest.server)
            .bind("domain", guest.domain)
            .bind("name", guest.vm_name)
            .bind("owner", guest.owner)
            .bind("script", guest.script.command)
            .bind("limit", guest.script.limit_seconds)
            .bind("created", guest.noted)
            .run();
    });
}

void GuestsInBackup::forget(const Uuid& server, const Uuid& domain) {
    database_.transaction([&](Connection& connection) {
        connection.query("DELETE FROM guests_in_backup WHERE server_id = :server AND domain_id = :domain")
            .bind("server", server)
            .bind("domain", domain)
            .run();
    });
}

}  // namespace holdfast::catalog
