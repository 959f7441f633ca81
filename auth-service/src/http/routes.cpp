#include "http/routes.hpp"

#include <charconv>

#include "core/rules.hpp"
#include "core/time.hpp"
#include "http/json.hpp"
#include "http/problem.hpp"

namespace pms::auth {
namespace {

std::optional<std::string> check_not_empty(std::string_view text) {
  if (!text.empty()) return std::nullopt;
  return "must not be empty";
}

core::Result<Credentials> parse_credentials(std::string_view body) {
  auto object = http::parse_object(body);
  if (!object) return std::unexpected(object.error());
  http::FieldReader reader(*object);
  Credentials credentials{.email = reader.required_text("email", core::check_email),
                          .password = reader.required_text("password", check_not_empty)};
  if (auto right = reader.finish(); !right) return std::unexpected(right.error());
  return credentials;
}

core::Result<std::string> parse_refresh_token(std::string_view body) {
  auto object = http::parse_object(body);
  if (!object) return std::unexpected(object.error());
  http::FieldReader reader(*object);
  std::string token = reader.required_text("refreshToken", check_not_empty);
  if (auto right = reader.finish(); !right) return std::unexpected(right.error());
  return token;
}

/// For logging out, where both the body and the token may be left out.
core::Result<std::optional<std::string>> parse_optional_refresh_token(std::string_view body) {
  if (body.empty()) return std::nullopt;
  auto object = http::parse_object(body);
  if (!object) return std::unexpected(object.error());
  http::FieldReader reader(*object);
  auto token = reader.optional_text("refreshToken", check_not_empty);
  if (auto right = reader.finish(); !right) return std::unexpected(right.error());
  return token;
}

std::string to_json(const TokenPair& answer) {
  std::string json;
  http::JsonWriter(json)
      .begin_object()
      .field("token", answer.access_token)
      .field("refreshToken", answer.refresh_token)
      .field("tokenType", "Bearer")
      .field("expiresIn", answer.expires_in.count())
      .end_object();
  return json;
}

void write_roles(http::JsonWriter& writer, security::Roles roles) {
  writer.key("roles").begin_array();
  for (security::Role role : security::all_roles())
    if (roles.has(role)) writer.text(security::to_string(role));
  writer.end_array();
}

std::string to_json(const security::Caller& caller) {
  std::string json;
  http::JsonWriter writer(json);
  writer.begin_object().field("sub", caller.user_id).field("email", caller.email);
  write_roles(writer, caller.roles);
  writer.field("exp", std::chrono::floor<std::chrono::seconds>(caller.expires_at).time_since_epoch().count());
  writer.end_object();
  return json;
}

std::string to_json(const User& user) {
  std::string json;
  http::JsonWriter writer(json);
  writer.begin_object().field("id", user.id).field("email", user.email);
  write_roles(writer, user.roles);
  writer.key("enabled").boolean(user.enabled);
  writer.field("createdAt", core::format_timestamp(user.created_at));
  writer.end_object();
  return json;
}

/// What concerns one person stays in no cache on the way.
http::Response private_answer(std::string json) {
  http::Response response = http::ok(std::move(json));
  response.with("Cache-Control", "no-store");
  return response;
}

core::Task<http::Response> log_in(Login& login, http::Request& request) {
  if (auto wrong = http::check_media_type(request, {"application/json"})) co_return std::move(*wrong);
  auto credentials = parse_credentials(request.body);
  if (!credentials) co_return http::problem(credentials.error(), request);
  auto tokens = co_await login(std::move(*credentials), request.context.deadline);
  if (!tokens) co_return http::problem(tokens.error(), request);
  co_return private_answer(to_json(*tokens));
}

core::Task<http::Response> refresh_session(Refresh& refresh, http::Request& request) {
  if (auto wrong = http::check_media_type(request, {"application/json"})) co_return std::move(*wrong);
  auto token = parse_refresh_token(request.body);
  if (!token) co_return http::problem(token.error(), request);
  auto tokens = co_await refresh(std::move(*token), request.context.deadline);
  if (!tokens) co_return http::problem(tokens.error(), request);
  co_return private_answer(to_json(*tokens));
}

core::Task<http::Response> log_out(Logout& logout, http::Request& request) {
  if (!request.body.empty())
    if (auto wrong = http::check_media_type(request, {"application/json"})) co_return std::move(*wrong);
  auto token = parse_optional_refresh_token(request.body);
  if (!token) co_return http::problem(token.error(), request);
  auto done = co_await logout(*request.caller, std::move(*token), request.context.deadline);
  if (!done) co_return http::problem(done.error(), request);
  co_return http::no_content();
}

core::Task<http::Response> validate(http::Request& request) { co_return private_answer(to_json(*request.caller)); }

core::Task<http::Response> show_me(Users& users, http::Request& request) {
  auto user = co_await users.find_by_id(request.caller->user_id, request.context.deadline);
  if (user && !*user) user = core::fail(core::Errc::not_found, "the account is no longer there");
  if (!user) co_return http::problem(user.error(), request);
  co_return private_answer(to_json(**user));
}

core::Task<http::Response> publish_keys(const SigningKeys& keys) {
  http::Response response = http::ok(keys.jwks());
  response.content_type = "application/jwk-set+json";
  response.with("Cache-Control", "public, max-age=600");
  co_return response;
}

core::Result<std::int64_t> parse_after(std::string_view query_text) {
  auto query = http::Query::parse(query_text);
  if (!query) return std::unexpected(query.error());
  if (auto known = query->only({"after"}); !known) return std::unexpected(known.error());
  std::string_view text = query->find("after").value_or("0");
  std::int64_t number = -1;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0)
    return core::fail_field("after", "must be the number of the last entry read, or 0");
  return number;
}

core::Task<http::Response> list_revocations(Revocations& revocations, const core::Clock& clock,
                                            http::Request& request) {
  auto after = parse_after(request.query);
  if (!after) co_return http::problem(after.error(), request);
  auto feed = co_await revocations.after(*after, clock.now(), request.context.deadline);
  if (!feed) co_return http::problem(feed.error(), request);
  co_return http::ok(security::to_json(*feed));
}

}  // namespace

void mount_api(http::Router& router, const Api& api) {
  using http::Request;
  router.post("/login", http::Public{}, [&login = api.login](Request& request) { return log_in(login, request); });
  router.post("/refresh", http::Public{},
              [&refresh = api.refresh](Request& request) { return refresh_session(refresh, request); });
  router.post("/logout", http::Authenticated{},
              [&logout = api.logout](Request& request) { return log_out(logout, request); });
  router.get("/validate", http::Authenticated{}, validate);
  router.get("/me", http::Authenticated{}, [&users = api.users](Request& request) { return show_me(users, request); });
  router.get("/.well-known/jwks.json", http::Public{}, [&keys = api.keys](Request&) { return publish_keys(keys); });
}

void mount_revocations(http::Router& management, Revocations& revocations, const core::Clock& clock) {
  management.get("/revocations", http::Public{}, [&revocations, &clock](http::Request& request) {
    return list_revocations(revocations, clock, request);
  });
}

}  // namespace pms::auth
