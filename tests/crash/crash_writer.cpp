// The process that a crash test kills: backs up, forgets and prunes in a repository on a real folder, in a
// loop and at random, and logs what was reported as made. The log is synced before the next step, so that it
// never knows less than the writer reported.
//
//   crash_writer init REPOSITORY          makes it, with a password that costs little
//   crash_writer run REPOSITORY LOG SEED  works until it is killed
//   crash_writer verify REPOSITORY LOG    restores everything that the log promises; then a new backup
//
// A line of the log: "made SNAPSHOT SEED..." (what the disk holds, a seed a block) or "forget SNAPSHOT",
// which stands there before it is done.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "repository/support.hpp"

namespace holdfast::repository {
namespace {

constexpr std::uint64_t block_size = 64 * KiB;
constexpr std::string_view disk_path = "web01/disks/vda.raw";

// What a disk holds, told by few numbers.
struct Content {
    std::vector<unsigned> seeds;  // of each block

    Bytes bytes() const {
        Bytes all;
        for (unsigned seed : seeds) {
            auto block = random_bytes(block_size, seed);
            all.insert(all.end(), block.begin(), block.end());
        }
        return all;
    }
};

using History = std::map<std::string, Content>;  // by snapshot

History read_log(const std::filesystem::path& log) {
    History history;
    std::ifstream lines(log);
    for (std::string line; std::getline(lines, line) && line.ends_with('.');) {
        std::istringstream words(line);
        std::string what, id;
        words >> what >> id;
        history.erase(id);
        if (what != "made") continue;
        for (unsigned seed; words >> seed;) history[id].seeds.push_back(seed);
    }
    return history;
}

class Writer {
  public:
    Writer(const std::string& folder, const std::filesystem::path& log, unsigned seed)
        : repository_(Repository::open(folder, test_password)),
          log_(open_file(log, O_WRONLY | O_APPEND | O_CREAT)),
          log_path_(log),
          history_(read_log(log)),
          random_(seed) {}

    [[noreturn]] void run() {
        while (true) {
            switch (random_() % 5) {
                case 0:
                    forget_one();
                    break;
                case 1: {
                    Progress progress;
                    repository_->prune(progress, {});
                    break;
                }
                default:
                    back_up_next();
            }
        }
    }

    // Throws what does not hold.
    void verify() {
        for (const auto& [id, content] : history_) {
            Bytes expected = content.bytes();
            if (restore(*repository_, *SnapshotId::parse(id), expected.size()) != expected)
                throw Error(ErrorKind::corrupt, "The snapshot " + id + " restores to other bytes");
        }
        back_up_next();
    }

  private:
    void note(const std::string& line) {
        write_all(log_.get(), as_bytes(line + " .\n"), log_path_);
        if (::fdatasync(log_.get()) != 0) throw os_error("Cannot sync the log", errno);
    }

    void back_up_next() {
        Content content{std::vector<unsigned>(8)};
        std::optional<DiskParent> parent;
        if (!history_.empty() && random_() % 4 != 0) {
            auto earlier = std::next(history_.begin(), pick(history_.size()));
            content = earlier->second;
            parent = DiskParent{*SnapshotId::parse(earlier->first), std::string(disk_path), {}};
        }
        for (std::uint64_t i = 0; i < content.seeds.size(); ++i) {
            if (parent && random_() % 3 != 0) continue;
            content.seeds[i] = static_cast<unsigned>(random_() % 1000);
            if (parent) parent->changed.push_back({i * block_size, block_size});
        }
        MemoryDisk disk(content.bytes());
        auto id = back_up(*repository_, disk, parent).id.to_string();
        std::string line = "made " + id;
        for (unsigned seed : content.seeds) line += " " + std::to_string(seed);
        note(line);
        history_[id] = content;
    }

    void forget_one() {
        if (history_.size() < 3) return;
        auto victim = std::next(history_.begin(), pick(history_.size()));
        note("forget " + victim->first);
        auto id = *SnapshotId::parse(victim->first);
        history_.erase(victim);
        repository_->forget(std::span(&id, 1));
    }

    std::ptrdiff_t pick(std::size_t count) { return static_cast<std::ptrdiff_t>(random_() % count); }

    std::unique_ptr<Repository> repository_;
    UniqueFd log_;
    std::filesystem::path log_path_;
    History history_;
    std::mt19937_64 random_;
};

int run(const std::vector<std::string>& arguments) {
    if (arguments.size() == 2 && arguments[0] == "init") {
        create_quickly(arguments[1]);
    } else if (arguments.size() == 4 && arguments[0] == "run") {
        Writer(arguments[1], arguments[2], static_cast<unsigned>(std::stoul(arguments[3]))).run();
    } else if (arguments.size() == 3 && arguments[0] == "verify") {
        Writer(arguments[1], arguments[2], 0).verify();
    } else {
        fmt::print(stderr,
                   "usage: crash_writer init REPOSITORY | run REPOSITORY LOG SEED | verify REPOSITORY LOG\n");
        return 2;
    }
    return 0;
}

}  // namespace
}  // namespace holdfast::repository

int main(int argc, char** argv) {
    try {
        return holdfast::repository::run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
        return 1;
    }
}
