// In the place of libFuzzer: runs every file of a folder, and mutations of them that are the same in every
// run.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

#include "target.hpp"

namespace {

std::string current_input;

// Leaves the input that ended the program in a file, to be run again. Only calls that a signal handler may
// make.
void keep_input(int signal_number) {
    char path[] = "/tmp/holdfast-fuzz.XXXXXX";
    int file = mkstemp(path);
    if (file >= 0) {
        [[maybe_unused]] auto written = write(file, current_input.data(), current_input.size());
        written = write(STDERR_FILENO, path, sizeof path - 1);
        written = write(STDERR_FILENO, "\n", 1);
    }
    std::signal(signal_number, SIG_DFL);
    std::raise(signal_number);
}

void run(std::string input) {
    current_input = std::move(input);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(current_input.data()), current_input.size());
}

class Mutator {
  public:
    explicit Mutator(const std::vector<std::string>& seeds) : seeds_(seeds) {}

    std::string mutate(std::string text) {
        for (std::size_t changes = 1 + pick(4); changes > 0; --changes) change(text);
        return text;
    }

  private:
    std::size_t pick(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

    void change(std::string& text) {
        std::size_t at = pick(text.size() + 1);
        std::size_t length = std::min(pick(32), text.size() - at);
        switch (pick(6)) {
            case 0:
                if (at < text.size()) text[at] = static_cast<char>(random_());
                break;
            case 1:
                text.erase(at, length);
                break;
            case 2:
                text.insert(at, text.substr(at, length));
                break;
            case 3:
                text.insert(at, 1 + pick(3), static_cast<char>(random_()));
                break;
            case 4: {
                const auto& other = seeds_[pick(seeds_.size())];
                std::size_t from = pick(other.size());
                text.insert(at, other.substr(from, pick(64)));
                break;
            }
            default:
                text.resize(at);
        }
    }

    const std::vector<std::string>& seeds_;
    std::mt19937_64 random_{20'240'607};
};

std::vector<std::string> read_folder(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) paths.push_back(entry.path());
    std::ranges::sort(paths);
    std::vector<std::string> contents;
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        contents.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return contents;
}

}  // namespace

// fuzz_x MUTATIONS-PER-FILE FOLDER
int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: %s MUTATIONS FOLDER\n", argv[0]);
        return 2;
    }
    auto seeds = read_folder(argv[2]);
    if (seeds.empty()) {
        std::fprintf(stderr, "%s holds no input\n", argv[2]);
        return 2;
    }
    std::signal(SIGABRT, keep_input);
    std::signal(SIGSEGV, keep_input);
    Mutator mutator(seeds);
    run("");
    for (const auto& seed : seeds) {
        run(seed);
        for (int count = std::atoi(argv[1]); count > 0; --count) run(mutator.mutate(seed));
    }
}
