#include "http/routes.hpp"

#include <charconv>

#include "core/rules.hpp"
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

std::string to_json(const LoggedIn& answer) {
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

std::string to_json(const security::Caller& caller) {
  std::string json;
  http::JsonWriter writer(json);
  writer.begin_object().field("sub", caller.user_id).field("email", caller.email).key("roles").begin_array();
  for (security::Role role : security::all_roles())
    if (caller.roles.has(role)) writer.text(security::to_string(role));
  writer.end_array();
  writer.field("exp", std::chrono::floor<std::chrono::seconds>(caller.expires_at).time_since_epoch().count());
  writer.end_object();
  return json;
}

core::Task<http::Response> log_in(Login& login, http::Request& request) {
  if (auto wrong = http::check_media_type(request, {"application/json"})) co_return std::move(*wrong);
  auto credentials = parse_credentials(request.body);
  if (!credentials) co_return http::problem(credentials.error(), request);
  auto answer = co_await login(std::move(*credentials), request.context.deadline);
  if (!answer) co_return http::problem(answer.error(), request);
  http::Response response = http::ok(to_json(*answer));
  response.with("Cache-Control", "no-store");
  co_return response;
}

core::Task<http::Response> validate(http::Request& request) {
  http::Response response = http::ok(to_json(*request.caller));
  response.with("Cache-Control", "no-store");
  co_return response;
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

void mount_api(http::Router& api, Login& login, const SigningKeys& keys) {
  api.post("/login", http::Public{}, [&login](http::Request& request) { return log_in(login, request); });
  api.get("/validate", http::Authenticated{}, validate);
  api.get("/.well-known/jwks.json", http::Public{}, [&keys](http::Request&) { return publish_keys(keys); });
}

void mount_revocations(http::Router& management, Revocations& revocations, const core::Clock& clock) {
  management.get("/revocations", http::Public{}, [&revocations, &clock](http::Request& request) {
    return list_revocations(revocations, clock, request);
  });
}

}  // namespace pms::auth
