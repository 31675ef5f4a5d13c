#include "catalog/test_database.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace holdfast::catalog {
namespace {

using std::chrono::seconds;

std::string binary(const std::string& name) {
    for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql"))
        if (auto path = version.path() / "bin" / name; std::filesystem::exists(path)) return path.string();
    throw std::runtime_error("PostgreSQL is not installed");
}

// PostgreSQL refuses to run as root.
std::vector<std::string> as_postgres(std::vector<std::string> command) {
    if (::geteuid() == 0) command.insert(command.begin(), {"runuser", "-u", "postgres", "--"});
    return command;
}

}  // namespace

PostgresCluster::PostgresCluster() {
    auto data = (folder_.path() / "data").string();
    auto socket = folder_.path().string();
    if (::geteuid() == 0) run_command({"chown", "postgres", socket}, seconds(10));
    run_command(as_postgres({binary("initdb"), "-D", data, "--no-sync", "-A", "trust", "-U", "holdfast", "-E",
                             "UTF8"}),
                seconds(60));
    server_ =
        std::make_unique<Process>(Process::start(as_postgres({binary("postgres"), "-D", data, "-k", socket,
                                                              "-c", "listen_addresses=", "-c", "fsync=off"}),
                                                 {.output_file = "/dev/null"}));
    while (!std::filesystem::exists(folder_.path() / ".s.PGSQL.5432"))
        if (server_->wait(std::chrono::milliseconds(20))) throw std::runtime_error("PostgreSQL ended");
    auto deadline = std::chrono::steady_clock::now() + seconds(30);
    while (Process::start({binary("pg_isready"), "-q", "-h", socket}).wait(seconds(10)) != 0)
        if (std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error("PostgreSQL does not answer");
}

PostgresCluster::~PostgresCluster() {
    server_->stop(seconds(10));
}

namespace {

// The databases of this process; they are dropped when it ends, since the cluster may outlive it.
class PostgresDatabases {
  public:
    PostgresDatabases() {
        // See tests/catalog/CMakeLists.txt.
        if (const char* shared = std::getenv("HOLDFAST_TEST_POSTGRESQL"))
            socket_folder_ = std::filesystem::read_symlink(shared).string();
        else
            socket_folder_ = own_.emplace().socket_folder();
    }
    ~PostgresDatabases() {
        if (own_) return;
        for (const auto& name : names_) run("dropdb", {"--force", name});
    }

    std::string new_url() {
        auto name = "test_" + std::to_string(::getpid()) + "_" + std::to_string(names_.size());
        run("createdb", {name});
        names_.push_back(name);
        return "postgresql:///" + name + "?host=" + socket_folder_ + "&user=holdfast";
    }

  private:
    void run(const std::string& program, std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {binary(program), "-h", socket_folder_, "-U", "holdfast"});
        run_command(arguments, seconds(60));
    }

    std::optional<PostgresCluster> own_;
    std::string socket_folder_;
    std::vector<std::string> names_;
};

}  // namespace

std::string new_database_url(Kind kind, const std::filesystem::path& folder) {
    if (kind == Kind::sqlite) return "sqlite://" + (folder / "catalog.db").string();
    static PostgresDatabases databases;
    return databases.new_url();
}

}  // namespace holdfast::catalog
