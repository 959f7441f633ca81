#include <cstdio>
#include <iostream>
#include <termios.h>
#include <unistd.h>

#include "auth-service/src/administration.hpp"
#include "commands.hpp"
#include "system.hpp"

namespace pms {
namespace {

/// Turns off the terminal's echo while it lives.
class SilentTerminal {
 public:
  SilentTerminal() {
    tcgetattr(STDIN_FILENO, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &silent);
  }
  ~SilentTerminal() { tcsetattr(STDIN_FILENO, TCSANOW, &before_); }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

 private:
  termios before_{};
};

std::optional<std::string> read_line() {
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::optional<std::string> read_password(bool from_stdin) {
  if (from_stdin) {
    auto password = read_line();
    if (!password) fmt::print(stderr, "pms: password: must be a line on standard input\n");
    return password;
  }
  if (isatty(STDIN_FILENO) == 0) {
    fmt::print(stderr, "pms: there is no terminal to ask for the password; use --password-stdin\n");
    return std::nullopt;
  }
  const SilentTerminal silent;
  fmt::print(stderr, "Password: ");
  auto password = read_line();
  fmt::print(stderr, "\nAgain: ");
  const auto again = read_line();
  fmt::print(stderr, "\n");
  if (password == again) return password;
  fmt::print(stderr, "pms: the passwords differ\n");
  return std::nullopt;
}

std::optional<security::Roles> parse_roles(const std::vector<std::string>& names) {
  security::Roles roles;
  for (const std::string& name : names) {
    const auto role = security::parse_role(name);
    if (!role) {
      fmt::print(stderr,
                 "pms: --role: {} is no role; there are ADMIN, CLINICIAN, RECEPTIONIST, BILLING, ANALYST and AUDITOR\n",
                 name);
      return std::nullopt;
    }
    roles.add(*role);
  }
  return roles;
}

void report(const core::Error& error) {
  if (error.fields.empty()) fmt::print(stderr, "pms: {}\n", error.message);
  for (const auto& field : error.fields) fmt::print(stderr, "pms: {}: {}\n", field.field, field.message);
}

}  // namespace

int create_user(const std::string& email, const std::vector<std::string>& roles, bool password_on_stdin,
                const PropertyFlags& flags) {
  SystemConfig config;
  if (auto done = load(config, flags)) return *done;
  const auto granted = parse_roles(roles);
  if (!granted) return 1;
  auto password = read_password(password_on_stdin);
  if (!password) return 1;
  runtime::Settings process = config.process;
  process.threads = 1;
  runtime::Runtime runtime(process);
  runtime.start_threads();
  auth::NewAccount account{.email = email, .password = std::move(*password), .roles = *granted};
  const auto id = runtime.wait(auth::create_account(config.auth, std::move(account)));
  runtime.stop_threads();
  if (!id) {
    report(id.error());
    return 1;
  }
  fmt::print("{}\n", *id);
  return 0;
}

}  // namespace pms
