// What a machine whose boot is verified writes on its serial ports.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/file.hpp"
#include "hypervisor/system_user.hpp"

namespace holdfast::protection {

// A POSIX extended regular expression that no text of a guest makes slow: without back references, and
// without
// `{n,m}`, whose automaton grows without a bound.
class ConsolePattern {
  public:
    // invalid_input, with what is wrong.
    explicit ConsolePattern(const std::string& text);
    bool matches(const std::string& line) const;

  private:
    struct Compiled;
    std::shared_ptr<const Compiled> compiled_;
};

// Lines of a console: printable text without escape sequences, each at most 4096 bytes long.
class ConsoleText {
  public:
    explicit ConsoleText(std::optional<ConsolePattern> pattern) : pattern_(std::move(pattern)) {}

    void add(std::string_view bytes);
    // The line that has no end yet is looked at, too: a prompt has none.
    void look_at_open_line();
    // The end of what was written, at most 4096 bytes.
    std::string tail() const;
    // Without a pattern: never.
    bool has_matched() const { return has_matched_; }

  private:
    void end_line();

    enum class Escape { none, begun, sequence };
    std::optional<ConsolePattern> pattern_;
    std::string lines_;
    std::string line_;
    Escape escape_ = Escape::none;
    bool has_matched_ = false;
    bool is_looked_at_ = true;
};

// Listens on a unix socket that only `user` may open (and root), for four ports at most. Any thread.
class ConsoleWatch {
  public:
    ConsoleWatch(const std::filesystem::path& socket, const hypervisor::SystemUser& user,
                 std::optional<ConsolePattern> pattern);
    ~ConsoleWatch();

    std::string tail();
    bool has_matched();

  private:
    void work(const std::stop_token& stop);
    void read(UniqueFd& port);

    UniqueFd listener_;
    std::vector<UniqueFd> ports_;
    std::mutex mutex_;
    ConsoleText text_;
    std::jthread thread_;
};

}  // namespace holdfast::protection
