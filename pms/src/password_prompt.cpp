#include "password_prompt.hpp"

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <fmt/format.h>
#include <iostream>
#include <termios.h>
#include <unistd.h>

namespace pms {
namespace {

termios before_silence{};

/// Restores the terminal's echo before the process ends, because Ctrl-C at the prompt must not
/// leave a shell without echo.
void restore_and_end(int signal) {
  tcsetattr(STDIN_FILENO, TCSANOW, &before_silence);
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

/// Turns off the terminal's echo from its construction to its destruction.
class SilentTerminal {
 public:
  SilentTerminal() {
    tcgetattr(STDIN_FILENO, &before_silence);
    for (std::size_t i = 0; i < ends.size(); ++i) handlers_[i] = std::signal(ends[i], restore_and_end);
    termios silent = before_silence;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &silent);
  }
  ~SilentTerminal() {
    tcsetattr(STDIN_FILENO, TCSANOW, &before_silence);
    for (std::size_t i = 0; i < ends.size(); ++i) std::signal(ends[i], handlers_[i]);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

 private:
  static constexpr std::array ends{SIGINT, SIGTERM, SIGHUP, SIGQUIT};
  std::array<void (*)(int), ends.size()> handlers_{};
};

std::optional<std::string> read_line() {
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::optional<std::string> ask(const char* question) {
  fmt::print(stderr, "{}: ", question);
  auto line = read_line();
  fmt::print(stderr, "\n");
  return line;
}

}  // namespace

std::optional<std::string> read_password(bool from_stdin) {
  if (from_stdin) {
    auto password = read_line();
    if (!password) fmt::print(stderr, "pms: password: must be a line on standard input\n");
    return password;
  }
  if (isatty(STDIN_FILENO) == 0) {
    fmt::print(stderr, "pms: no terminal to prompt for the password; use --password-stdin\n");
    return std::nullopt;
  }
  const SilentTerminal silent;
  auto password = ask("Password");
  if (!password) return std::nullopt;
  if (password == ask("Again")) return password;
  fmt::print(stderr, "pms: the passwords differ\n");
  return std::nullopt;
}

}  // namespace pms
