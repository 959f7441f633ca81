#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <fmt/ranges.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth-service/src/administration.hpp"
#include "clinic/permissions.hpp"
#include "commands.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"
#include "password_prompt.hpp"
#include "system.hpp"

namespace pms {
namespace {

std::optional<clinic::Roles> parse_roles(const std::vector<std::string>& names) {
  clinic::Roles roles;
  for (const std::string& name : names) {
    const auto role = clinic::parse_role(name);
    if (!role) {
      fmt::print(
          stderr,
          "pms: --role: {} is not a role; the roles are ADMIN, CLINICIAN, RECEPTIONIST, BILLING, ANALYST and AUDITOR\n",
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

/// Runs the coroutine to its end, and prints its error if it fails.
template <class T>
core::Result<T> run(const SystemConfig& config, core::Task<core::Result<T>> task) {
  runtime::Settings process = config.process;
  process.threads = 1;
  runtime::Runtime runtime(process);
  runtime.start_threads();
  auto result = runtime.wait(std::move(task));
  runtime.stop_threads();
  if (!result) report(result.error());
  return result;
}

std::vector<std::string_view> names_of(clinic::Roles roles) {
  std::vector<std::string_view> names;
  for (const clinic::Role role : clinic::all_roles())
    if (roles.has(role)) names.push_back(clinic::to_string(role));
  return names;
}

/// Prints the user in the JSON format of the API.
void print_json(const auth::User& user) {
  std::string line;
  json::Writer json(line);
  json.begin_object().field("id", user.id).field("email", user.email).key("roles").begin_array();
  for (const std::string_view name : names_of(user.roles)) json.text(name);
  json.end_array().key("enabled").boolean(user.enabled);
  json.field("createdAt", core::format_timestamp(user.created_at)).end_object();
  fmt::print("{}\n", line);
}

void print_table(const std::vector<auth::User>& users) {
  std::size_t width = 0;
  for (const auth::User& user : users) width = std::max(width, user.email.size());
  for (const auth::User& user : users)
    fmt::print("{:<{}}  {:<8}  {}  {}  {}\n", user.email, width, user.enabled ? "enabled" : "disabled", user.id,
               core::format_timestamp(user.created_at), fmt::join(names_of(user.roles), " "));
}

int change_user(const std::string& email, auth::AccountChange change, const SystemConfig& config,
                std::string_view done) {
  if (!run(config, auth::change_account(config.auth, email, std::move(change)))) return 1;
  fmt::print("{}: {}\n", email, done);
  return 0;
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
  auth::NewAccount account{.email = email, .password = std::move(*password), .roles = *granted};
  const auto id = run(config, auth::create_account(config.auth, std::move(account)));
  if (!id) return 1;
  fmt::print("{}\n", *id);
  return 0;
}

int list_users(bool json, const PropertyFlags& flags) {
  SystemConfig config;
  if (auto done = load(config, flags)) return *done;
  const auto users = run(config, auth::list_accounts(config.auth));
  if (!users) return 1;
  if (json) {
    std::ranges::for_each(*users, print_json);
  } else {
    print_table(*users);
  }
  return 0;
}

int enable_user(const std::string& email, bool enabled, const PropertyFlags& flags) {
  SystemConfig config;
  if (auto done = load(config, flags)) return *done;
  return change_user(email, {.enabled = enabled}, config,
                     enabled ? "can log in again" : "can no longer log in; open sessions end within 5 seconds");
}

int reset_password(const std::string& email, bool password_on_stdin, const PropertyFlags& flags) {
  SystemConfig config;
  if (auto done = load(config, flags)) return *done;
  auto password = read_password(password_on_stdin);
  if (!password) return 1;
  return change_user(email, {.password = std::move(password)}, config,
                     "has a new password; open sessions end within 5 seconds");
}

}  // namespace pms
