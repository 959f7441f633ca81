#include "routes/user_json.hpp"

#include <expected>

#include "clinic/permissions.hpp"
#include "clinic/person_rules.hpp"
#include "core/time.hpp"
#include "core/violations.hpp"
#include "http/message.hpp"
#include "json/writer.hpp"
#include "security/password_rule.hpp"

namespace pms::auth {
namespace {

/// Returns the roles if the field is present and its names are known. Reports every problem to the
/// reader.
std::optional<clinic::Roles> read_roles(json::FieldReader& reader) {
  const auto names = reader.optional_texts("roles");
  if (!names) return std::nullopt;
  const auto roles = roles_named(*names);
  if (!roles) reader.refuse("roles", "must be a list of ADMIN, CLINICIAN, RECEPTIONIST, BILLING, ANALYST and AUDITOR");
  if (!roles) return std::nullopt;
  if (auto wrong = check_roles(*roles)) reader.refuse("roles", std::move(*wrong));
  return roles;
}

void write_user(json::Writer& writer, const User& user) {
  writer.begin_object().field("id", user.id).field("email", user.email);
  write_roles(writer, user.roles);
  writer.key("enabled").boolean(user.enabled);
  writer.field("createdAt", core::format_timestamp(user.created_at));
  writer.end_object();
}

}  // namespace

std::optional<std::string> check_not_empty(std::string_view text) {
  if (!text.empty()) return std::nullopt;
  return "must not be empty";
}

core::Result<NewAccount> parse_new_account(std::string_view body) {
  auto object = json::parse_object(body);
  if (!object) return std::unexpected(object.error());
  json::FieldReader reader(*object);
  NewAccount account;
  account.email = reader.required_text("email", clinic::check_email);
  account.password = reader.required_text("password", security::check_new_password);
  account.roles = read_roles(reader).value_or(clinic::Roles());
  const auto* roles = object->if_contains("roles");
  if (roles == nullptr) reader.refuse("roles", "is required");
  if (roles != nullptr && roles->is_null()) reader.refuse("roles", "must be a list of roles, not null");
  if (auto right = reader.finish(); !right) return std::unexpected(right.error());
  return account;
}

core::Result<AccountChange> parse_account_change(std::string_view body) {
  auto object = json::parse_object(body);
  if (!object) return std::unexpected(object.error());
  json::FieldReader reader(*object);
  for (const char* name : {"roles", "enabled", "password"}) {
    const auto* value = object->if_contains(name);
    if (value != nullptr && value->is_null()) reader.refuse(name, "must not be null: every account has it");
  }
  AccountChange change;
  change.roles = read_roles(reader);
  change.enabled = reader.optional_boolean("enabled");
  change.password = reader.optional_text("password", security::check_new_password);
  for (const char* read_only : {"id", "createdAt"}) reader.ignore(read_only);
  reader.ignore("email");
  if (object->contains("email")) reader.refuse("email", "cannot be changed: create another account");
  if (auto right = reader.finish(); !right) return std::unexpected(right.error());
  return change;
}

core::Result<NewPassword> parse_new_password(std::string_view body) {
  auto object = json::parse_object(body);
  if (!object) return std::unexpected(object.error());
  json::FieldReader reader(*object);
  NewPassword password{.current = reader.required_text("currentPassword", check_not_empty),
                       .next = reader.required_text("newPassword", security::check_new_password)};
  if (auto right = reader.finish(); !right) return std::unexpected(right.error());
  return password;
}

core::Result<rest::PageRequest> parse_page_request(std::string_view text) {
  auto query = http::Query::parse(text);
  if (!query) return std::unexpected(query.error());
  if (auto known = query->only({"page", "size"}); !known) return std::unexpected(known.error());
  core::Violations violations;
  const rest::PageRequest wanted = rest::read_page(*query, violations);
  if (auto read = violations.result(); !read) return std::unexpected(std::move(read.error()));
  return wanted;
}

void write_roles(json::Writer& writer, clinic::Roles roles) {
  writer.key("roles").begin_array();
  for (clinic::Role role : clinic::all_roles())
    if (roles.has(role)) writer.text(clinic::to_string(role));
  writer.end_array();
}

std::string to_json(const User& user) {
  std::string json;
  json::Writer writer(json);
  write_user(writer, user);
  return json;
}

std::string to_json(const UserPage& page, const rest::PageRequest& request) {
  std::string json;
  json::Writer writer(json);
  writer.begin_object().key("users").begin_array();
  for (const User& user : page.users) write_user(writer, user);
  writer.end_array();
  writer.field("page", request.page).field("size", request.size);
  writer.field("totalPages", (page.total + request.size - 1) / request.size).field("totalElements", page.total);
  writer.end_object();
  return json;
}

}  // namespace pms::auth
