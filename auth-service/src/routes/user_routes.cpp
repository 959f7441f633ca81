#include "routes/user_routes.hpp"

#include <string>
#include <string_view>

#include "clinic/permissions.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"
#include "http/message.hpp"
#include "http/problem.hpp"
#include "rest/media_type.hpp"
#include "routes/private_answer.hpp"
#include "routes/user_json.hpp"
#include "telemetry/log.hpp"

namespace pms::auth {
namespace {

using clinic::Permission;
using http::Request;
using http::Response;

core::Result<std::string> id_of(const Request& request) { return core::read_uuid("id", request.path_parameters[0]); }

/// Logs who did what to whose account, because the log line of the request contains neither.
void report(std::string_view what, const std::string& user_id, const Request& request) {
  telemetry::log(telemetry::Level::info, "auth-service", what,
                 {{"user", std::string_view(user_id)},
                  {"actor", std::string_view(request.caller->user_id)},
                  {"request_id", std::string_view(request.context.request_id)}});
}

core::Task<Response> answer_with_user(const UserUseCases& use, std::string id, std::string_view when_gone,
                                      const Request& request) {
  auto user = co_await use.users.find_by_id(std::move(id), request.context.deadline);
  if (!user) co_return http::problem(user.error(), request);
  if (!*user)
    co_return http::problem(core::Error{.code = core::Errc::not_found, .message = std::string(when_gone)}, request);
  co_return private_answer(to_json(**user));
}

core::Task<Response> show_me(const UserUseCases& use, const Request& request) {
  co_return co_await answer_with_user(use, request.caller->user_id, "no such account", request);
}

core::Task<Response> change_my_password(const UserUseCases& use, const Request& request) {
  if (auto wrong = rest::check_media_type(request, {"application/json"})) co_return std::move(*wrong);
  auto password = parse_new_password(request.body);
  if (!password) co_return http::problem(password.error(), request);
  auto done = co_await use.change_password(*request.caller, std::move(password->current), std::move(password->next),
                                           request.context.deadline);
  co_return done ? http::no_content() : http::problem(done.error(), request);
}

core::Task<Response> list(const UserUseCases& use, const Request& request) {
  auto wanted = parse_page_request(request.query);
  if (!wanted) co_return http::problem(wanted.error(), request);
  auto page = co_await use.users.list((wanted->page - 1) * wanted->size, wanted->size, request.context.deadline);
  if (!page) co_return http::problem(page.error(), request);
  co_return private_answer(to_json(*page, *wanted));
}

core::Task<Response> create(const UserUseCases& use, const Request& request) {
  if (auto wrong = rest::check_media_type(request, {"application/json"})) co_return std::move(*wrong);
  auto account = parse_new_account(request.body);
  if (!account) co_return http::problem(account.error(), request);
  auto user = co_await use.administration.create(std::move(*account), request.context.deadline);
  if (!user) co_return http::problem(user.error(), request);
  report("a user was created", user->id, request);
  Response response = private_answer(to_json(*user));
  response.status = 201;
  // The URL is relative (RFC 9110, section 10.2.2), so that it is also right with the gateway's
  // prefix.
  response.with("Location", "users/" + user->id);
  co_return response;
}

core::Task<Response> get(const UserUseCases& use, const Request& request) {
  auto id = id_of(request);
  if (!id) co_return http::problem(id.error(), request);
  co_return co_await answer_with_user(use, std::move(*id), "no such user", request);
}

core::Task<Response> patch(const UserUseCases& use, const Request& request) {
  if (auto wrong = rest::check_media_type(request, {"application/merge-patch+json", "application/json"})) {
    wrong->with("Accept-Patch", "application/merge-patch+json, application/json");  // RFC 5789, section 2.2
    co_return std::move(*wrong);
  }
  auto id = id_of(request);
  if (!id) co_return http::problem(id.error(), request);
  auto change = parse_account_change(request.body);
  if (!change) co_return http::problem(change.error(), request);
  const bool changes = change->roles || change->enabled || change->password;
  auto user = co_await use.administration.change(std::move(*id), std::move(*change), request.context.deadline);
  if (!user) co_return http::problem(user.error(), request);
  if (changes) report("a user was changed", user->id, request);
  co_return private_answer(to_json(*user));
}

core::Task<Response> remove(const UserUseCases& use, const Request& request) {
  auto id = id_of(request);
  if (!id) co_return http::problem(id.error(), request);
  auto removed = co_await use.administration.remove(*id, request.context.deadline);
  if (!removed) co_return http::problem(removed.error(), request);
  report("a user was deleted", *id, request);
  co_return http::no_content();
}

}  // namespace

void mount_users(rest::Router& api, UserUseCases use) {
  api.get("/me", rest::Authenticated{}, [use](Request& request) { return show_me(use, request); });
  api.put("/me/password", rest::Authenticated{}, [use](Request& request) { return change_my_password(use, request); });
  api.get("/users", Permission::user_read, [use](Request& request) { return list(use, request); });
  api.post("/users", Permission::user_manage, [use](Request& request) { return create(use, request); });
  api.get("/users/{id}", Permission::user_read, [use](Request& request) { return get(use, request); });
  api.patch("/users/{id}", Permission::user_manage, [use](Request& request) { return patch(use, request); });
  api.remove("/users/{id}", Permission::user_manage, [use](Request& request) { return remove(use, request); });
}

}  // namespace pms::auth
