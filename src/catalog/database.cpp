#include "catalog/database.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <spdlog/spdlog.h>

#include <deque>
#include <mutex>

#include "base/error.hpp"
#include "catalog/migrations.hpp"
#include "catalog/sql_error.hpp"
#include "catalog/sql_functions.hpp"

namespace holdfast::catalog {
namespace {

constexpr std::size_t connections = 10;
constexpr std::string_view postgresql_byte_order = " COLLATE \"C\"";
constexpr std::string_view sqlite_prefix = "sqlite://";
constexpr std::chrono::seconds longest_wait{30};

bool is_sqlite(const std::string& url) {
    return url.starts_with(sqlite_prefix);
}

// A URL as the "name='value' …" that SOCI passes on as it is: of a URL it would take parts for settings of
// its own.
std::string to_parameters(const std::string& url) {
    char* problem = nullptr;
    std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(url.c_str(), &problem), PQconninfoFree);
    if (!options) {
        PQfreemem(problem);  // may quote the password
        throw Error(ErrorKind::invalid_input, "The database URL cannot be read")
            .advise("Write it as postgresql://user:password@host:port/database.");
    }
    std::string parameters;
    for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val == nullptr) continue;
        parameters += std::string(parameters.empty() ? "" : " ") + option->keyword + "='";
        for (const char* c = option->val; *c != '\0'; ++c) {
            if (*c == '\'' || *c == '\\') parameters += '\\';
            parameters += *c;
        }
        parameters += '\'';
    }
    return parameters;
}

void open_session(soci::session& session, const std::string& url) {
    if (is_sqlite(url)) {
        // FULL: a restore point that was reported must survive a power cut.
        session.open(soci::sqlite3,
                     fmt::format("db=\"{}\" timeout=30 synchronous=FULL", url.substr(sqlite_prefix.size())));
        session << "PRAGMA journal_mode=WAL";
        session << "PRAGMA foreign_keys=ON";
        session << "PRAGMA cache_size=-4000";  // KiB of each connection: the upper levels of large indexes
        add_functions_to_sqlite(session);
    } else {
        session.open(soci::postgresql, to_parameters(url));
        session << "SET client_min_messages = warning";
    }
}

// Without asking the server, which would take as long as the statement that follows: a connection that the
// server has ended is one whose end can be read.
bool is_connected(soci::session& session, const std::string& url) {
    if (is_sqlite(url) || session.get_backend() == nullptr) return session.is_connected();
    PGconn* connection = static_cast<soci::postgresql_session_backend*>(session.get_backend())->conn_;
    if (connection == nullptr) return false;
    pollfd socket{.fd = PQsocket(connection), .events = POLLIN, .revents = 0};
    while (PQstatus(connection) == CONNECTION_OK && ::poll(&socket, 1, 0) > 0)
        if (PQconsumeInput(connection) == 0) return false;
    return PQstatus(connection) == CONNECTION_OK;
}

enum class Intent { read, write };

const char* begin_statement(const std::string& url, Intent intent) {
    // SQLite must know at once who will write: a reader that turns writer half-way could not wait its turn.
    if (is_sqlite(url)) return intent == Intent::write ? "BEGIN IMMEDIATE" : "BEGIN";
    return intent == Intent::write ? "BEGIN" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
}

std::vector<std::string> split_statements(const std::string& sql) {
    std::vector<std::string> statements;
    for (std::size_t start = 0; start < sql.size();) {
        auto end = sql.find(";\n", start);
        if (end == std::string::npos) break;
        statements.push_back(sql.substr(start, end - start));
        start = end + 2;
    }
    return statements;
}

void erase_all(std::string& text, std::string_view part) {
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at))
        text.erase(at, part.size());
}

}  // namespace

struct Database::Pool {
    explicit Pool(std::string address) : url(std::move(address)), sessions(connections) {
        for (std::size_t i = 0; i < connections; ++i) {
            open_session(sessions.at(i), url);
            statements.emplace_back(sessions.at(i));
        }
    }

    std::string url;
    soci::connection_pool sessions;
    std::deque<PreparedStatements> statements;  // of each session
    // SQLite has one writer at a time. Those of this process wait here, without a connection: SQLite itself
    // lets them try again and again.
    std::timed_mutex writing;
};

namespace {

// A session of the pool, given back at the end; one that lost its server is opened again first.
class Lease {
  public:
    explicit Lease(soci::connection_pool& pool) : pool_(pool) {
        if (!pool_.try_lease(position_, static_cast<int>(std::chrono::milliseconds(longest_wait).count())))
            throw Error(ErrorKind::unavailable,
                        "The database is busy: no connection became free within 30 s");
    }
    ~Lease() { pool_.give_back(position_); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    std::size_t position() const { return position_; }

  private:
    soci::connection_pool& pool_;
    std::size_t position_ = 0;
};

}  // namespace

Database::Database(std::unique_ptr<Pool> pool) : pool_(std::move(pool)) {}
Database::~Database() = default;

std::unique_ptr<Database> Database::open(const std::string& url) {
    if (!is_sqlite(url) && !url.starts_with("postgresql://") && !url.starts_with("postgres://"))
        throw Error(ErrorKind::invalid_input, "The database URL " + url + " has an unknown kind")
            .advise("Use sqlite:///path/to/file or postgresql://user@host/database.");
    // The URL may hold a password: messages of the database must do without it.
    auto database = translate_sql_errors(
        "connect", [&] { return std::unique_ptr<Database>(new Database(std::make_unique<Pool>(url))); });
    database->migrate();
    return database;
}

void Database::on_connection(Mode mode, const std::function<void(Connection&)>& work) {
    std::unique_lock turn(pool_->writing, std::defer_lock);
    if (mode == Mode::write && is_sqlite(pool_->url) && !turn.try_lock_for(longest_wait))
        throw Error(ErrorKind::unavailable, "The database is busy: it could not be written to within 30 s");
    Lease lease(pool_->sessions);
    soci::session& session = pool_->sessions.at(lease.position());
    PreparedStatements& statements = pool_->statements[lease.position()];
    translate_sql_errors("connect", [&] {
        if (is_connected(session, pool_->url)) return;
        statements.clear();
        try {
            session.reconnect();
        } catch (const soci::soci_error&) {
            session.close();
            open_session(session, pool_->url);
        }
    });
    Connection connection(statements, is_sqlite(pool_->url) ? "" : postgresql_byte_order);
    if (mode == Mode::look_up) return work(connection);
    connection.query(begin_statement(pool_->url, mode == Mode::write ? Intent::write : Intent::read)).run();
    try {
        work(connection);
        connection.query("COMMIT").run();
    } catch (...) {
        try {
            session << "ROLLBACK";
        } catch (const std::exception& error) {
            spdlog::warn("A transaction could not be undone explicitly: {}", error.what());
        }
        throw;
    }
}

void Database::migrate() {
    transaction([&](Connection& connection) {
        connection.query("CREATE TABLE IF NOT EXISTS schema_version (number INTEGER NOT NULL)").run();
        // Two servers that start at once on one PostgreSQL take turns; SQLite's transaction does that by
        // itself.
        if (!is_sqlite(pool_->url)) {
            connection.query("LOCK TABLE schema_version IN EXCLUSIVE MODE").run();
            for (const auto& function : postgresql_functions()) connection.query(std::string(function)).run();
        }
        int current =
            static_cast<int>(connection.query("SELECT COALESCE(MAX(number), 0) AS n FROM schema_version")
                                 .first([](const Row& row) { return row.number("n"); })
                                 .value_or(0));
        if (current > migrations().back().number)
            throw Error(ErrorKind::conflict, fmt::format("The database has schema {}, this Holdfast knows {}",
                                                         current, migrations().back().number))
                .advise("Run the newer Holdfast that wrote it, or give this one a database of its own.");
        for (const auto& migration : migrations()) {
            if (migration.number <= current) continue;
            spdlog::info("Bringing the database to schema {}", migration.name);
            for (auto& statement : split_statements(migration.sql)) {
                if (is_sqlite(pool_->url)) erase_all(statement, postgresql_byte_order);
                connection.query(std::move(statement)).run();
            }
            connection.query("INSERT INTO schema_version (number) VALUES (:n)")
                .bind("n", migration.number)
                .run();
        }
    });
}

}  // namespace holdfast::catalog
