// The catalog's database: SQLite in WAL mode, or PostgreSQL. Connections, transactions, migrations.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "catalog/query.hpp"

namespace holdfast::catalog {

// A connection in a transaction.
class Connection {
  public:
    explicit Connection(soci::session& session) : session_(session) {}
    Query query(std::string sql) { return Query(session_, std::move(sql)); }

  private:
    soci::session& session_;
};

// Any thread. A pool of connections; a thread that asks while all are taken waits.
class Database {
  public:
    // "sqlite:///var/lib/holdfast/catalog.db" or "postgresql://user@host/name". Brings the schema up to date;
    // a database of a newer Holdfast is refused (conflict).
    static std::unique_ptr<Database> open(const std::string& url);
    ~Database();

    // Runs `work` in one transaction: committed and durable when it returns, undone when it throws. Writers
    // of SQLite take turns.
    template <typename Work>
    auto transaction(Work&& work) -> decltype(work(std::declval<Connection&>())) {
        return run(std::forward<Work>(work), Mode::write);
    }
    // As transaction, for work that only reads: sees one state of the database and keeps no writer waiting.
    template <typename Work>
    auto read(Work&& work) -> decltype(work(std::declval<Connection&>())) {
        return run(std::forward<Work>(work), Mode::read);
    }

  private:
    enum class Mode { read, write };
    struct Pool;

    explicit Database(std::unique_ptr<Pool> pool);

    template <typename Work>
    auto run(Work&& work, Mode mode) -> decltype(work(std::declval<Connection&>())) {
        using Result = decltype(work(std::declval<Connection&>()));
        if constexpr (std::is_void_v<Result>) {
            in_transaction(mode, [&](Connection& connection) { work(connection); });
        } else {
            std::optional<Result> result;
            in_transaction(mode, [&](Connection& connection) { result.emplace(work(connection)); });
            return std::move(*result);
        }
    }
    void in_transaction(Mode mode, const std::function<void(Connection&)>& work);
    void migrate();

    std::unique_ptr<Pool> pool_;
};

}  // namespace holdfast::catalog
