#include "routes/session_routes.hpp"

#include "core/task.hpp"
#include "http/message.hpp"
#include "http/problem.hpp"
#include "json/reader.hpp"
#include "rest/media_type.hpp"
#include "routes/private_answer.hpp"
#include "routes/session_json.hpp"

namespace pms::auth {
namespace {

core::Task<http::Response> log_in(Login& login, http::Request& request) {
  if (auto wrong = rest::check_media_type(request, {"application/json"})) co_return std::move(*wrong);
  auto credentials = parse_credentials(request.body);
  if (!credentials) co_return http::problem(credentials.error(), request);
  auto tokens = co_await login(std::move(*credentials), request.context.deadline);
  if (!tokens) co_return http::problem(tokens.error(), request);
  co_return private_answer(to_json(*tokens));
}

core::Task<http::Response> refresh_session(Refresh& refresh, http::Request& request) {
  if (auto wrong = rest::check_media_type(request, {"application/json"})) co_return std::move(*wrong);
  auto token = parse_refresh_token(request.body);
  if (!token) co_return http::problem(token.error(), request);
  auto tokens = co_await refresh(std::move(*token), request.context.deadline);
  if (!tokens) co_return http::problem(tokens.error(), request);
  co_return private_answer(to_json(*tokens));
}

core::Task<http::Response> log_out(Logout& logout, http::Request& request) {
  if (!request.body.empty())
    if (auto wrong = rest::check_media_type(request, {"application/json"})) co_return std::move(*wrong);
  auto token = parse_optional_refresh_token(request.body);
  if (!token) co_return http::problem(token.error(), request);
  auto done = co_await logout(*request.caller, std::move(*token), request.context.deadline);
  if (!done) co_return http::problem(done.error(), request);
  co_return http::no_content();
}

core::Task<http::Response> validate(http::Request& request) { co_return private_answer(to_json(*request.caller)); }

}  // namespace

void mount_sessions(rest::Router& api, SessionUseCases sessions) {
  using http::Request;
  api.post("/login", rest::Public{}, [sessions](Request& request) { return log_in(sessions.login, request); });
  api.post("/refresh", rest::Public{},
           [sessions](Request& request) { return refresh_session(sessions.refresh, request); });
  api.post("/logout", rest::Authenticated{},
           [sessions](Request& request) { return log_out(sessions.logout, request); });
  api.get("/validate", rest::Authenticated{}, validate);
}

}  // namespace pms::auth
