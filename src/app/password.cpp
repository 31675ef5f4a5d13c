#include "app/password.hpp"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "base/cancellation.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace holdfast {
namespace {

constexpr std::size_t password_limit = 4096;
constexpr int look_for_stop_ms = 100;

// What is typed is not shown while it lives.
class SilentTerminal {
  public:
    explicit SilentTerminal(int fd) : fd_(fd) {
        ::tcgetattr(fd_, &before_);
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(fd_, TCSAFLUSH, &silent);
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;
    ~SilentTerminal() { ::tcsetattr(fd_, TCSAFLUSH, &before_); }

  private:
    int fd_;
    termios before_{};
};

std::string ask(int terminal, const std::string& question, const std::stop_token& stop) {
    write_all(terminal, as_bytes(question + ": "), "the terminal");
    SilentTerminal silent(terminal);
    std::string line;
    while (line.size() < password_limit) {
        throw_if_stopped(stop);
        pollfd ready{.fd = terminal, .events = POLLIN, .revents = 0};
        if (::poll(&ready, 1, look_for_stop_ms) <= 0) continue;
        char c = 0;
        if (::read(terminal, &c, 1) != 1 || c == '\n') break;
        line += c;
    }
    write_all(terminal, as_bytes("\n"), "the terminal");
    return line;
}

std::string first_line(const std::string& file) {
    std::string content;
    try {
        content = read_file(file, password_limit);
    } catch (Error& error) {
        throw error.add_context("reading the password");
    }
    auto line = content.substr(0, content.find('\n'));
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

}  // namespace

std::string read_password(const std::string& file, const std::string& question, AskTimes times,
                          const std::stop_token& stop) {
    std::string password;
    if (!file.empty()) {
        password = first_line(file);
    } else {
        UniqueFd terminal(::isatty(STDIN_FILENO) != 0 ? ::open("/dev/tty", O_RDWR | O_CLOEXEC) : -1);
        if (!terminal)
            throw Error(ErrorKind::invalid_input,
                        "There is no password: no file with it is named, and there "
                        "is no terminal to ask on")
                .advise("Name the file with --password-file or in HOLDFAST_PASSWORD_FILE.");
        password = ask(terminal.get(), question, stop);
        if (times == AskTimes::twice && ask(terminal.get(), question + " again", stop) != password)
            throw Error(ErrorKind::invalid_input, "The two passwords differ").advise("Try again.");
    }
    if (password.empty())
        throw Error(ErrorKind::invalid_input,
                    file.empty() ? "The password is empty" : "The file " + file + " holds no password");
    return password;
}

}  // namespace holdfast
