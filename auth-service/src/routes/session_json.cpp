#include "routes/session_json.hpp"

#include <chrono>
#include <expected>

#include "clinic/person_rules.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"
#include "routes/user_json.hpp"

namespace pms::auth {

core::Result<Credentials> parse_credentials(std::string_view body) {
  auto object = json::parse_object(body);
  if (!object) return std::unexpected(object.error());
  json::FieldReader reader(*object);
  Credentials credentials{.email = reader.required_text("email", clinic::check_email),
                          .password = reader.required_text("password", check_not_empty)};
  if (auto right = reader.finish(); !right) return std::unexpected(right.error());
  return credentials;
}

core::Result<std::string> parse_refresh_token(std::string_view body) {
  auto object = json::parse_object(body);
  if (!object) return std::unexpected(object.error());
  json::FieldReader reader(*object);
  std::string token = reader.required_text("refreshToken", check_not_empty);
  if (auto right = reader.finish(); !right) return std::unexpected(right.error());
  return token;
}

core::Result<std::optional<std::string>> parse_optional_refresh_token(std::string_view body) {
  if (body.empty()) return std::nullopt;
  auto object = json::parse_object(body);
  if (!object) return std::unexpected(object.error());
  json::FieldReader reader(*object);
  auto token = reader.optional_text("refreshToken", check_not_empty);
  if (auto right = reader.finish(); !right) return std::unexpected(right.error());
  return token;
}

std::string to_json(const TokenPair& answer) {
  std::string json;
  json::Writer(json)
      .begin_object()
      .field("token", answer.access_token)
      .field("refreshToken", answer.refresh_token)
      .field("tokenType", "Bearer")
      .field("expiresIn", answer.expires_in.count())
      .end_object();
  return json;
}

std::string to_json(const clinic::Caller& caller) {
  std::string json;
  json::Writer writer(json);
  writer.begin_object().field("sub", caller.user_id).field("email", caller.email);
  write_roles(writer, caller.roles);
  writer.field("exp", std::chrono::floor<std::chrono::seconds>(caller.expires_at).time_since_epoch().count());
  writer.end_object();
  return json;
}

}  // namespace pms::auth
