// The catalog's database: SQLite in WAL mode, or PostgreSQL. Connections, transactions, migrations.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "catalog/counts.hpp"
#include "catalog/query.hpp"

namespace holdfast::catalog {

// A connection in a transaction.
class Connection {
  public:
    Connection(PreparedStatements& statements, std::string_view byte_order)
        : statements_(statements), byte_order_(byte_order) {}
    Query query(std::string sql) { return Query(statements_, std::move(sql)); }
    // What follows a text that is to be ordered byte by byte: nothing on SQLite, which does so anyway.
    std::string_view byte_order() const { return byte_order_; }

  private:
    PreparedStatements& statements_;
    std::string_view byte_order_;
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
    // As read, for one statement, which sees one state by itself: quicker without a transaction.
    template <typename Work>
    auto look_up(Work&& work) -> decltype(work(std::declval<Connection&>())) {
        return run(std::forward<Work>(work), Mode::look_up);
    }

    // Of long lists, a moment ago.
    Counts& counts() { return counts_; }

  private:
    enum class Mode { look_up, read, write };
    struct Pool;

    explicit Database(std::unique_ptr<Pool> pool);

    template <typename Work>
    auto run(Work&& work, Mode mode) -> decltype(work(std::declval<Connection&>())) {
        using Result = decltype(work(std::declval<Connection&>()));
        if constexpr (std::is_void_v<Result>) {
            on_connection(mode, [&](Connection& connection) { work(connection); });
        } else {
            std::optional<Result> result;
            on_connection(mode, [&](Connection& connection) { result.emplace(work(connection)); });
            return std::move(*result);
        }
    }
    void on_connection(Mode mode, const std::function<void(Connection&)>& work);
    void migrate();

    std::unique_ptr<Pool> pool_;
    Counts counts_;
};

}  // namespace holdfast::catalog
