// Fills the catalog of a server with the history of many machines, as it is after years of backups: on the
// schema that the product itself makes, oldest records first. Ids are the same in every run; times end now.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iostream>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "catalog/jobs.hpp"
#include "catalog/managed_servers.hpp"
#include "catalog/repositories.hpp"

namespace {

using namespace holdfast;
using namespace holdfast::catalog;

constexpr int machines_of_job = 100;
constexpr int points_of_machine = 10;  // what retention has left
constexpr int sessions_of_job = 1'000;
constexpr std::chrono::hours between_runs{1};
constexpr int machines_of_indexed = 1'000;  // one of so many has its files in the index
constexpr int files_of_machine = 100'000;
constexpr int files_of_folder = 20;
constexpr std::size_t rows_of_statement = 250;

class Ids {
  public:
    Uuid next() {
        std::array<std::uint8_t, 16> bytes;
        for (std::size_t half = 0; half < 2; ++half) {
            std::uint64_t bits = random_();
            std::memcpy(bytes.data() + half * 8, &bits, 8);
        }
        bytes[6] = 0x40 | (bytes[6] & 0x0f);
        bytes[8] = 0x80 | (bytes[8] & 0x3f);
        return Uuid(bytes);
    }
    std::vector<Uuid> next(std::size_t count) {
        std::vector<Uuid> ids(count);
        for (auto& id : ids) id = next();
        return ids;
    }

  private:
    std::mt19937_64 random_{2026};
};

// Rows of one table, many with each statement: values are our own and need no binding.
class Inserts {
  public:
    Inserts(Connection& connection, std::string_view table, std::string_view columns)
        : connection_(connection), begin_(fmt::format("INSERT INTO {} ({}) VALUES ", table, columns)) {}

    void add(std::string_view values) {
        text_ += (count_++ == 0 ? begin_ + "(" : ",(") + std::string(values) + ")";
        if (count_ == rows_of_statement) flush();
    }
    void flush() {
        if (count_ > 0) connection_.query(std::move(text_)).run();
        text_.clear();
        count_ = 0;
    }

  private:
    Connection& connection_;
    std::string begin_;
    std::string text_;
    std::size_t count_ = 0;
};

struct JobHistory {
    Job job;
    Uuid backup;
    std::vector<Uuid> points;  // of its newest runs, oldest first
    // Of each machine in each of them.
    std::vector<Uuid> machine_points;

    const Uuid& machine_point(int run, int machine) const {
        return machine_points[static_cast<std::size_t>(run * machines_of_job + machine)];
    }
};

class History {
  public:
    // `node`: see write_node(); empty: libvirt's test host as it is by default, which has none of the
    // machines.
    History(Database& database, bool is_sqlite, int machines, std::string node)
        : database_(database),
          is_sqlite_(is_sqlite),
          node_(std::move(node)),
          histories_(static_cast<std::size_t>(machines / machines_of_job)) {}

    void fill() {
        add_infrastructure();
        if (!node_.empty()) write_node();
        in_one_transaction([this](Connection& connection) { add_points(connection); });
        in_one_transaction([this](Connection& connection) { add_sessions(connection); });
        in_one_transaction([this](Connection& connection) { add_tasks(connection); });
        in_one_transaction([this](Connection& connection) { add_index(connection); });
        if (!is_sqlite_)
            database_.transaction([](Connection& connection) { connection.query("ANALYZE").run(); });
    }

  private:
    template <typename Add>
    void in_one_transaction(Add add) {
        database_.transaction([&](Connection& connection) {
            // Ids come in no order: all of their indexes is being written to.
            if (is_sqlite_) connection.query("PRAGMA cache_size = -600000").run();
            add(connection);
        });
    }

    void add_infrastructure() {
        server_ = {ids_.next(),
                   ids_.next(),
                   "host1",
                   "",
                   "test://" + (node_.empty() ? "/default" : node_),
                   ids_.next().to_string()};
        ManagedServers(database_).add(server_);
        Repository repository{ids_.next(), "Backups", "", "/srv/backups", std::string(64, 'a'), "none"};
        Repositories(database_).add(repository);
        for (std::size_t number = 0; number < histories_.size(); ++number) {
            auto& history = histories_[number];
            history.job.id = ids_.next();
            history.job.name = fmt::format("Job {:04}", number);
            history.job.repository = repository.id;
            history.job.schedule_enabled = false;
            for (int machine = 0; machine < machines_of_job; ++machine)
                history.job.objects.push_back(
                    {ids_.next(), server_.id, ids_.next(), fmt::format("vm-{:04}-{:02}", number, machine)});
            Jobs(database_).add(history.job);
            history.points = ids_.next(points_of_machine);
            history.machine_points = ids_.next(std::size_t{points_of_machine} * machines_of_job);
        }
        database_.transaction([&](Connection& connection) {
            Inserts backups(connection, "backups", "id, name, job_id, repository_id, created_at");
            for (auto& history : histories_) {
                history.backup = ids_.next();
                backups.add(fmt::format("'{}','{}','{}','{}',{}", history.backup.to_string(),
                                        history.job.name, history.job.id.to_string(),
                                        repository.id.to_string(), time_of(0, 0)));
            }
            backups.flush();
        });
    }

    // What libvirt's test driver takes for a host that has the machines.
    void write_node() {
        std::ofstream node(node_);
        node << "<node>";
        for (const auto& history : histories_)
            for (const auto& machine : history.job.objects)
                node << fmt::format(
                    "<domain type='test'><name>{}</name><uuid>{}</uuid><memory>1048576</memory><vcpu>1</vcpu>"
                    "<os><type>hvm</type></os></domain>",
                    machine.name, machine.domain.to_string());
        node << "</node>";
        node.close();
        if (!node) throw Error(ErrorKind::io, "Writing " + node_ + " failed");
    }

    // Calls visit(run, job) for the newest `runs`, oldest first.
    template <typename Visit>
    void each_run(int runs, Visit visit) {
        for (int run = 0; run < runs; ++run)
            for (std::size_t job = 0; job < histories_.size(); ++job) visit(run, job);
    }

    // When the job was run for the `run`th time of all.
    std::int64_t time_of(int run, std::size_t job) const {
        auto of_day = std::chrono::milliseconds(3'600'000 * job / histories_.size());
        return to_micros(end_ - between_runs * (sessions_of_job - run) + of_day);
    }
    std::int64_t time_of_kept(int run, std::size_t job) const {
        return time_of(sessions_of_job - points_of_machine + run, job);
    }
    static std::int64_t later(std::int64_t time, int machine) { return time + 1'000'000 + machine * 77'777; }

    void add_points(Connection& connection) {
        Inserts points(connection, "restore_points", "id, backup_id, created_at");
        each_run(points_of_machine, [&](int run, std::size_t job) {
            const auto& history = histories_[job];
            points.add(fmt::format("'{}','{}',{}", history.points[static_cast<std::size_t>(run)].to_string(),
                                   history.backup.to_string(), time_of_kept(run, job)));
        });
        points.flush();
        Inserts machines(connection, "vm_restore_points",
                         "id, file_id, restore_point_id, hierarchy_root_id, domain_id, vm_name, created_at,"
                         " is_full, snapshot_id, data_size, backup_size");
        each_run(points_of_machine, [&](int run, std::size_t job) {
            const auto& history = histories_[job];
            for (int machine = 0; machine < machines_of_job; ++machine) {
                const auto& object = history.job.objects[static_cast<std::size_t>(machine)];
                auto snapshot = ids_.next().to_string() + ids_.next().to_string();
                std::erase(snapshot, '-');
                machines.add(
                    fmt::format("'{}','{}','{}','{}','{}','{}',{},{},'{}',{},{}",
                                history.machine_point(run, machine).to_string(), ids_.next().to_string(),
                                history.points[static_cast<std::size_t>(run)].to_string(),
                                server_.hierarchy_root.to_string(), object.domain.to_string(), object.name,
                                later(time_of_kept(run, job), machine), run == 0 ? 1 : 0, snapshot,
                                20'000'000'000 + machine, 500'000'000 + run));
            }
        });
        machines.flush();
    }

    // Of twenty runs one fails and one ends with a warning.
    void add_sessions(Connection& connection) {
        Inserts sessions(
            connection, "backup_sessions",
            "id, job_id, job_name, owner, created_at, ended_at, state, result, progress, is_retry,"
            " reason, restore_point_id");
        each_run(sessions_of_job, [&](int run, std::size_t job) {
            const auto& history = histories_[job];
            int kept = run - (sessions_of_job - points_of_machine);
            auto session = ids_.next();
            if (kept >= 0) kept_sessions_.push_back(session);
            auto number = (static_cast<std::size_t>(run) * 7 + job) % 20;
            bool failed = number == 3 && kept < 0;
            const char* result = failed ? "Failed" : number == 4 ? "Warning" : "Success";
            sessions.add(fmt::format(
                "'{}','{}','{}','bench',{},{},'Stopped','{}',100,0,'{}',{}", session.to_string(),
                history.job.id.to_string(), history.job.name, time_of(run, job),
                time_of(run, job) + 300'000'000, result, failed ? "The host did not answer" : "",
                kept < 0 ? "NULL" : "'" + history.points[static_cast<std::size_t>(kept)].to_string() + "'"));
        });
        sessions.flush();
    }

    void add_tasks(Connection& connection) {
        Inserts tasks(
            connection, "backup_task_sessions",
            "id, session_id, server_id, domain_id, vm_name, created_at, ended_at, state, result, reason,"
            " total_size, read_bytes, transferred_bytes, vm_restore_point_id");
        each_run(points_of_machine, [&](int run, std::size_t job) {
            const auto& history = histories_[job];
            const auto& session = kept_sessions_[static_cast<std::size_t>(run) * histories_.size() + job];
            for (int machine = 0; machine < machines_of_job; ++machine) {
                const auto& object = history.job.objects[static_cast<std::size_t>(machine)];
                auto time = later(time_of_kept(run, job), machine);
                tasks.add(fmt::format("'{}','{}','{}','{}','{}',{},{},'Completed','Success','',{},{},{},'{}'",
                                      ids_.next().to_string(), session.to_string(), server_.id.to_string(),
                                      object.domain.to_string(), object.name, time, time + 60'000'000,
                                      20'000'000'000, 1'000'000'000, 500'000'000,
                                      history.machine_point(run, machine).to_string()));
            }
        });
        tasks.flush();
    }

    void add_index(Connection& connection) {
        auto machines = static_cast<int>(histories_.size()) * machines_of_job;
        for (int number = 0; number < std::max(1, machines / machines_of_indexed); ++number)
            add_indexed_machine(connection, number);
    }

    // Its files were all there at its first point and have not changed. Half of their names other machines
    // have, too.
    void add_indexed_machine(Connection& connection, int number) {
        auto job = static_cast<std::size_t>(number / machines_of_job);
        int machine = number % machines_of_job;
        const auto& history = histories_[job];
        auto domain = history.job.objects[static_cast<std::size_t>(machine)].domain;
        Inserts machines(connection, "indexed_machines", "id, hierarchy_root_id, domain_id");
        machines.add(
            fmt::format("{},'{}','{}'", number + 1, server_.hierarchy_root.to_string(), domain.to_string()));
        machines.flush();
        Inserts points(connection, "indexed_points",
                       "vm_restore_point_id, machine, created_at, owner, begun_at, is_complete");
        for (int run = 0; run < points_of_machine; ++run)
            points.add(fmt::format("'{}',{},{},'bench',0,1", history.machine_point(run, machine).to_string(),
                                   number + 1, later(time_of_kept(run, job), machine)));
        points.flush();
        auto first = later(time_of_kept(0, job), machine);
        Inserts folders(connection, "indexed_folders", "machine, id, path, folded_path, digest");
        for (int folder = 1; folder <= files_of_machine / files_of_folder; ++folder)
            folders.add(fmt::format("{0},{1},'usr/share/d{1}','usr/share/d{1}',''", number + 1, folder));
        folders.flush();
        constexpr std::array words = {"report", "invoice", "data",   "module",
                                      "index",  "config",  "backup", "image"};
        constexpr std::array endings = {"txt", "so", "py", "pdf"};
        Inserts files(
            connection, "indexed_files",
            "machine, folder, name, folded_name, kind, size, modified_at, owner, first_at, until_at");
        for (int i = 0; i < files_of_machine; ++i) {
            auto n = static_cast<std::size_t>(i);
            auto name = fmt::format("{}-{}.{}", words[n % words.size()],
                                    i % 2 == 0 ? i : i + files_of_machine * (number + 1),
                                    endings[n % endings.size()]);
            files.add(fmt::format("{},{},'{}','{}',1,1000,{},'0:0',{},{}", number + 1,
                                  i / files_of_folder + 1, name, name, first, first,
                                  std::numeric_limits<std::int64_t>::max()));
        }
        files.flush();
    }

    Database& database_;
    const bool is_sqlite_;
    const std::string node_;
    const Timestamp end_ = now();
    Ids ids_;
    ManagedServer server_;
    std::vector<JobHistory> histories_;
    std::vector<Uuid> kept_sessions_;
};

}  // namespace

int main(int count, char** arguments) {
    int machines = 0;
    std::string_view number = count == 3 || count == 4 ? arguments[2] : "";
    std::from_chars(number.data(), number.data() + number.size(), machines);
    if (machines < machines_of_job) {
        std::cerr
            << "Usage: bench_fill_catalog DATABASE-URL MACHINES [NODE] (100 or more; ten points and ten "
               "sessions each)\nNODE: a file for libvirt's test driver, which then is the host that has "
               "them\n";
        return 64;
    }
    try {
        std::string url = arguments[1];
        auto database = Database::open(url);
        std::string node = count == 4 ? arguments[3] : "";
        History(*database, url.starts_with("sqlite:"), machines, node).fill();
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
