#include "catalog/test_database.hpp"

#include <unistd.h>

#include <filesystem>
#include <stdexcept>

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

std::string PostgresCluster::new_database() {
    auto name = "test" + std::to_string(++databases_);
    run_command({binary("createdb"), "-h", folder_.path().string(), "-U", "holdfast", name}, seconds(60));
    return "postgresql:///" + name + "?host=" + folder_.path().string() + "&user=holdfast";
}

std::string new_database_url(Kind kind, const std::filesystem::path& folder) {
    if (kind == Kind::sqlite) return "sqlite://" + (folder / "catalog.db").string();
    static PostgresCluster cluster;
    return cluster.new_database();
}

}  // namespace holdfast::catalog
