#include "catalog/accounts.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "catalog/account_machines.hpp"
#include "catalog/role_names.hpp"

namespace holdfast::catalog {
namespace {

const std::string select =
    "SELECT id, name, password_hash, roles, account_type, allow_restore_all, files_in_place_only,"
    " file_extensions, databases_not_in_place, kept_by FROM accounts";
const std::string not_hidden = " kept_by NOT IN ('Groups', 'Token')";

std::string word_of(KeptBy keeper) {
    switch (keeper) {
        case KeptBy::directory:
            return "Directory";
        case KeptBy::groups:
            return "Groups";
        case KeptBy::token:
            return "Token";
        case KeptBy::holdfast:
            break;
    }
    return "Holdfast";
}

KeptBy read_keeper(const std::string& word) {
    for (auto keeper : {KeptBy::holdfast, KeptBy::directory, KeptBy::groups, KeptBy::token})
        if (word == word_of(keeper)) return keeper;
    throw Error(ErrorKind::corrupt, "An account is kept by " + word + ", which is nobody");
}

// No name of a user has a colon (Basic authentication): groups are never found as users.
std::string lookup_name(const Account& account) {
    return (account.is_group() ? "group:" : "") + to_lower(account.name);
}

bool has_role(const std::vector<std::string>& roles, std::string_view role) {
    return std::ranges::find(roles, role) != roles.end();
}

Account read_account(const Row& row) {
    return {
        row.id("id"),
        row.text("name"),
        row.text("password_hash"),
        split_roles(row.text("roles")),
        row.text("account_type"),
        row.flag("allow_restore_all"),
        {row.flag("files_in_place_only"), row.text("file_extensions"), row.flag("databases_not_in_place")},
        read_keeper(row.text("kept_by"))};
}

// PostgreSQL lets two transactions change different accounts side by side; together they could take away the
// last administrator. So each holds all accounts first.
std::vector<Account> hold_all(Connection& connection) {
    connection.query("UPDATE accounts SET roles = roles").run();
    return connection.query(select).rows(read_account);
}

// A directory that cannot be asked leaves Holdfast without those whom it keeps: they do not count.
void require_other_administrator(const std::vector<Account>& accounts, const Account& leaving) {
    auto is_sure = [](const Account& account) {
        return account.kept_by == KeptBy::holdfast && has_role(account.roles, administrator_role);
    };
    if (!is_sure(leaving)) return;
    for (const auto& account : accounts)
        if (account.id != leaving.id && is_sure(account)) return;
    throw Error(ErrorKind::conflict, "The account " + leaving.name +
                                         " is the last Portal Administrator with a password of Holdfast")
        .advise("Give that role to another such account first.");
}

Account require_account(const std::vector<Account>& accounts, const Uuid& id) {
    auto found = std::ranges::find(accounts, id, &Account::id);
    if (found == accounts.end()) throw Error(ErrorKind::not_found, "There is no account " + id.to_string());
    return *found;
}

// What its tokens were allowed is not so any more.
void end_tokens(Connection& connection, const Uuid& account) {
    connection.query("DELETE FROM api_tokens WHERE account_id = :account").bind("account", account).run();
}

// What they were allowed by the group is not so any more. Their next logon makes them anew.
FormerMembers end_members(Connection& connection, const Uuid& group) {
    const std::string members = " IN (SELECT member_id FROM group_members WHERE group_id = :group)";
    auto names = connection.query("SELECT name FROM accounts WHERE id" + members)
                     .bind("group", group)
                     .rows([](const Row& row) { return row.text("name"); });
    connection.query("DELETE FROM accounts WHERE id" + members).bind("group", group).run();
    return names;
}

FormerMembers store_roles(Connection& connection, const Account& account) {
    connection.query("UPDATE accounts SET roles = :roles WHERE id = :id")
        .bind("roles", join_roles(account.roles))
        .bind("id", account.id)
        .run();
    end_tokens(connection, account.id);
    return end_members(connection, account.id);
}

void insert(Connection& connection, const Account& account) {
    connection
        .query(
            "INSERT INTO accounts (id, name, lookup_name, password_hash, roles, account_type,"
            " allow_restore_all, files_in_place_only, file_extensions, databases_not_in_place,"
            " kept_by, created_at)"
            " VALUES (:id, :name, :lookup, :hash, :roles, :type, :all, :in_place, :extensions,"
            " :not_in_place, :keeper, :created)")
        .bind("id", account.id)
        .bind("name", account.name)
        .bind("lookup", lookup_name(account))
        .bind("hash", account.password_hash)
        .bind("roles", join_roles(account.roles))
        .bind("type", account.type)
        .bind("all", account.allow_restore_all)
        .bind("in_place", account.limits.files_in_place_only)
        .bind("extensions", account.limits.file_extensions)
        .bind("not_in_place", account.limits.databases_not_in_place)
        .bind("keeper", word_of(account.kept_by))
        .bind("created", now())
        .run();
}

// A name that groups keep gives way.
void remove_kept_by_groups(Connection& connection, const std::string& lookup) {
    connection.query("DELETE FROM accounts WHERE lookup_name = :name AND kept_by = 'Groups'")
        .bind("name", lookup)
        .run();
}

std::vector<Account> with_role(const std::vector<Account>& groups, std::string_view role) {
    std::vector<Account> found;
    for (const auto& group : groups)
        if (has_role(group.roles, role)) found.push_back(group);
    return found;
}

// A group's limits hold for what its own roles allow; of several groups that allow it the widest.
RestoreLimits limits_of_all(const std::vector<Account>& groups) {
    RestoreLimits all{.files_in_place_only = true, .databases_not_in_place = true};
    bool any_file = false;
    for (const auto& group : with_role(groups, "File Restore Operator")) {
        if (group.limits.files_in_place_only) continue;
        all.files_in_place_only = false;
        any_file = any_file || group.limits.file_extensions.empty();
        if (!all.file_extensions.empty()) all.file_extensions += ',';
        all.file_extensions += group.limits.file_extensions;
    }
    if (any_file) all.file_extensions.clear();
    for (const auto& group : with_role(groups, "SQL Restore Operator"))
        all.databases_not_in_place = all.databases_not_in_place && group.limits.databases_not_in_place;
    return all;
}

std::vector<Account> accounts_of_groups(Connection& connection, const std::vector<std::string>& names) {
    std::vector<Account> found;
    for (auto& account :
         connection.query(select + " WHERE account_type = 'Group' ORDER BY lookup_name").rows(read_account))
        if (std::ranges::any_of(names,
                                [&](const auto& name) { return equal_ignoring_case(name, account.name); }))
            found.push_back(std::move(account));
    return found;
}

Account member_of(const std::vector<Account>& groups, const std::string& name) {
    Account member{.id = Uuid::random(), .name = name, .allow_restore_all = false, .kept_by = KeptBy::groups};
    for (const auto& group : groups) {
        for (const auto& role : group.roles)
            if (!has_role(member.roles, role)) member.roles.push_back(role);
        member.allow_restore_all = member.allow_restore_all || group.allow_restore_all;
    }
    member.limits = limits_of_all(groups);
    return member;
}

// In the place of what an earlier logon found.
void store_member(Connection& connection, const Account& member) {
    auto changed = connection
                       .query(
                           "UPDATE accounts SET roles = :roles, allow_restore_all = :all,"
                           " files_in_place_only = :in_place, file_extensions = :extensions,"
                           " databases_not_in_place = :not_in_place WHERE id = :id")
                       .bind("roles", join_roles(member.roles))
                       .bind("all", member.allow_restore_all)
                       .bind("in_place", member.limits.files_in_place_only)
                       .bind("extensions", member.limits.file_extensions)
                       .bind("not_in_place", member.limits.databases_not_in_place)
                       .bind("id", member.id)
                       .run();
    if (changed == 0) insert(connection, member);
}

void store_groups(Connection& connection, const Account& member, const std::vector<Account>& groups) {
    connection.query("DELETE FROM group_members WHERE member_id = :member").bind("member", member.id).run();
    for (const auto& group : groups)
        connection.query("INSERT INTO group_members (group_id, member_id) VALUES (:group, :member)")
            .bind("group", group.id)
            .bind("member", member.id)
            .run();
    gather_machines_of_groups(connection, member.id);
}

}  // namespace

bool Accounts::is_empty() {
    return database_.read([](Connection& connection) {
        return connection.query("SELECT COUNT(*) AS n FROM accounts").first([](const Row& row) {
            return row.number("n");
        }) == 0;
    });
}

std::vector<Account> Accounts::list() {
    return database_.read([](Connection& connection) {
        return connection.query(select + " WHERE" + not_hidden + " ORDER BY lookup_name").rows(read_account);
    });
}

std::optional<Account> Accounts::find(const Uuid& id) {
    return database_.read([&](Connection& connection) {
        return connection.query(select + " WHERE id = :id AND" + not_hidden)
            .bind("id", id)
            .first(read_account);
    });
}

std::optional<Account> Accounts::find_by_name(const std::string& name) {
    return database_.look_up([&](Connection& connection) {
        return connection.query(select + " WHERE lookup_name = :name")
            .bind("name", to_lower(name))
            .first(read_account);
    });
}

std::optional<Viewer> Accounts::find_viewer(const std::string& name) {
    return database_.look_up([&](Connection& connection) {
        return connection
            .query(
                "SELECT id, roles, allow_restore_all,"
                " CASE WHEN EXISTS (SELECT 1 FROM backup_servers) THEN 1 ELSE 0 END AS has_others"
                " FROM accounts WHERE lookup_name = :name")
            .bind("name", to_lower(name))
            .first([](const Row& row) {
                bool sees_all = sees_all_machines(row);
                return Viewer{row.id("id"), sees_all, sees_all && row.flag("has_others")};
            });
    });
}

std::optional<Viewer> Accounts::find_viewer_of_token(const Uuid& token) {
    return database_.look_up([&](Connection& connection) {
        return connection.query("SELECT id FROM accounts WHERE id = :token AND kept_by = 'Token'")
            .bind("token", token)
            .first([](const Row& row) { return Viewer{.account = row.id("id")}; });
    });
}

void Accounts::add(const Account& account) {
    database_.transaction([&](Connection& connection) {
        remove_kept_by_groups(connection, lookup_name(account));
        auto taken = connection.query("SELECT name FROM accounts WHERE lookup_name = :name")
                         .bind("name", lookup_name(account))
                         .first([](const Row& row) { return row.text("name"); });
        if (taken)
            throw Error(ErrorKind::conflict, "There is an account with the name " + *taken + " already")
                .advise("Choose another name.");
        insert(connection, account);
    });
}

std::optional<Account> Accounts::admit(const std::string& name, const std::vector<std::string>& groups) {
    return database_.transaction([&](Connection& connection) -> std::optional<Account> {
        hold_groups(connection);
        auto known = connection.query(select + " WHERE lookup_name = :name")
                         .bind("name", to_lower(name))
                         .first(read_account);
        if (known && known->kept_by == KeptBy::holdfast) return std::nullopt;
        if (known && known->kept_by == KeptBy::directory) return known;
        auto accounts = accounts_of_groups(connection, groups);
        if (accounts.empty()) {
            remove_kept_by_groups(connection, to_lower(name));
            return std::nullopt;
        }
        auto member = member_of(accounts, known ? known->name : name);
        if (known) member.id = known->id;
        store_member(connection, member);
        store_groups(connection, member, accounts);
        return member;
    });
}

FormerMembers Accounts::remove(const Uuid& id, const std::function<void(const Account&)>& check) {
    return database_.transaction([&](Connection& connection) -> FormerMembers {
        auto accounts = hold_all(connection);
        auto leaving = std::ranges::find(accounts, id, &Account::id);
        if (leaving == accounts.end()) return {};
        check(*leaving);
        require_other_administrator(accounts, *leaving);
        auto members = end_members(connection, id);
        connection.query("DELETE FROM accounts WHERE id = :id").bind("id", id).run();
        return members;
    });
}

void Accounts::set_password(const Uuid& id, const std::string& password_hash) {
    database_.transaction([&](Connection& connection) {
        auto changed =
            connection
                .query("UPDATE accounts SET password_hash = :hash WHERE id = :id AND kept_by = 'Holdfast'")
                .bind("hash", password_hash)
                .bind("id", id)
                .run();
        if (changed == 0)
            throw Error(ErrorKind::conflict, "The account has no password of Holdfast")
                .advise("Change the password in the directory.");
        end_tokens(connection, id);
    });
}

FormerMembers Accounts::toggle_allow_restore_all(const Uuid& id) {
    return database_.transaction([&](Connection& connection) {
        hold_with_groups(connection, id);
        connection.query("UPDATE accounts SET allow_restore_all = 1 - allow_restore_all WHERE id = :id")
            .bind("id", id)
            .run();
        gather_machines_of_tokens(connection, id);
        return end_members(connection, id);
    });
}

FormerMembers Accounts::add_role(const Uuid& id, const std::string& role) {
    return database_.transaction([&](Connection& connection) {
        auto account = require_account(hold_all(connection), id);
        if (has_role(account.roles, role))
            throw Error(ErrorKind::conflict,
                        "The account " + account.name + " has the role " + role + " already");
        account.roles.push_back(role);
        return store_roles(connection, account);
    });
}

FormerMembers Accounts::remove_role(const Uuid& id, const std::string& role) {
    return database_.transaction([&](Connection& connection) {
        auto accounts = hold_all(connection);
        auto account = require_account(accounts, id);
        if (!has_role(account.roles, role))
            throw Error(ErrorKind::not_found,
                        "The account " + account.name + " does not have the role " + role);
        if (account.roles.size() == 1)
            throw Error(ErrorKind::conflict, role + " is the last role of the account " + account.name)
                .advise("Give it another role first, or delete the account.");
        if (role == administrator_role) require_other_administrator(accounts, account);
        std::erase(account.roles, role);
        return store_roles(connection, account);
    });
}

}  // namespace holdfast::catalog
