#include "protection/console_watch.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <regex.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/error.hpp"

namespace holdfast::protection {
namespace {

constexpr std::size_t longest_line = 4096;
constexpr std::size_t longest_tail = 4096;
constexpr std::size_t most_ports = 4;
constexpr int longest_wait_ms = 100;

void refuse_what_may_be_slow(const std::string& text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '{')
            throw Error(ErrorKind::invalid_input, "ConsolePattern has a { that repeats something")
                .advise("Write \\{ for the character itself; repeat with *, + and ?.");
        if (text[i] != '\\') continue;
        ++i;
        if (i < text.size() && text[i] >= '1' && text[i] <= '9')
            throw Error(ErrorKind::invalid_input,
                        "ConsolePattern refers back to what it matched, which is not possible");
    }
}

bool is_printable(unsigned char c) {
    return c >= 0x20 && c < 0x7f;
}

}  // namespace

struct ConsolePattern::Compiled {
    regex_t expression{};
    ~Compiled() { ::regfree(&expression); }
};

ConsolePattern::ConsolePattern(const std::string& text) {
    refuse_what_may_be_slow(text);
    auto compiled = std::make_shared<Compiled>();
    int failure = ::regcomp(&compiled->expression, text.c_str(), REG_EXTENDED | REG_NOSUB);
    if (failure != 0) {
        std::array<char, 200> words{};
        ::regerror(failure, &compiled->expression, words.data(), words.size());
        throw Error(ErrorKind::invalid_input,
                    fmt::format("ConsolePattern is no regular expression: {}", words.data()))
            .advise("It is a POSIX extended regular expression, as grep -E takes it.");
    }
    compiled_ = std::move(compiled);
}

bool ConsolePattern::matches(const std::string& line) const {
    return ::regexec(&compiled_->expression, line.c_str(), 0, nullptr, 0) == 0;
}

void ConsoleText::add(std::string_view bytes) {
    for (char c : bytes) {
        auto code = static_cast<unsigned char>(c);
        if (escape_ == Escape::begun) {
            escape_ = c == '[' ? Escape::sequence : Escape::none;
        } else if (escape_ == Escape::sequence) {
            if (code >= 0x40 && code < 0x7f) escape_ = Escape::none;
        } else if (code == 0x1b) {
            escape_ = Escape::begun;
        } else if (c == '\n') {
            end_line();
        } else if (c == '\t') {
            line_ += ' ';
        } else if (is_printable(code)) {
            line_ += c;
        } else if (code >= 0x80) {
            line_ += '?';
        }
        if (line_.size() >= longest_line) end_line();
        is_looked_at_ = false;
    }
}

void ConsoleText::look_at_open_line() {
    if (is_looked_at_) return;
    is_looked_at_ = true;
    if (pattern_ && !has_matched_) has_matched_ = pattern_->matches(line_);
}

void ConsoleText::end_line() {
    if (pattern_ && !has_matched_) has_matched_ = pattern_->matches(line_);
    lines_ += line_ + "\n";
    line_.clear();
    if (lines_.size() > 2 * longest_tail) lines_.erase(0, lines_.size() - longest_tail);
}

std::string ConsoleText::tail() const {
    auto all = lines_ + line_;
    return all.size() <= longest_tail ? all : all.substr(all.size() - longest_tail);
}

ConsoleWatch::ConsoleWatch(const std::filesystem::path& socket, const hypervisor::SystemUser& user,
                           std::optional<ConsolePattern> pattern)
    : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)), text_(std::move(pattern)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket.native().size() >= sizeof address.sun_path)
        throw Error(ErrorKind::invalid_input, "The path of the socket " + socket.string() + " is too long");
    std::ranges::copy(socket.native(), address.sun_path);
    if (!listener_ || ::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_.get(), static_cast<int>(most_ports)) != 0)
        throw os_error("Cannot listen on " + socket.string(), errno);
    hypervisor::give_to(socket, "the socket", user);
    thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

ConsoleWatch::~ConsoleWatch() = default;

void ConsoleWatch::work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        std::vector<pollfd> wanted;
        for (const auto& port : ports_) wanted.push_back({port.get(), POLLIN, 0});
        wanted.push_back({ports_.size() < most_ports ? listener_.get() : -1, POLLIN, 0});
        if (::poll(wanted.data(), wanted.size(), longest_wait_ms) == 0) {
            std::lock_guard lock(mutex_);
            text_.look_at_open_line();
            continue;
        }
        for (std::size_t i = 0; i < ports_.size(); ++i)
            if (wanted[i].revents != 0) read(ports_[i]);
        std::erase_if(ports_, [](const UniqueFd& port) { return !port; });
        if (wanted.back().revents != 0) {
            UniqueFd port(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            if (port) ports_.push_back(std::move(port));
        }
    }
}

void ConsoleWatch::read(UniqueFd& port) {
    std::array<char, 1 << 14> part;
    auto count = ::recv(port.get(), part.data(), part.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) return port.reset();
    std::lock_guard lock(mutex_);
    text_.add(std::string_view(part.data(), static_cast<std::size_t>(count)));
}

std::string ConsoleWatch::tail() {
    std::lock_guard lock(mutex_);
    return text_.tail();
}

bool ConsoleWatch::has_matched() {
    std::lock_guard lock(mutex_);
    return text_.has_matched();
}

}  // namespace holdfast::protection
