#include "rest/authentication.hpp"

#include <algorithm>
#include <string_view>

#include "core/result.hpp"
#include "http/characters.hpp"
#include "http/problem.hpp"

namespace pms::rest {
namespace {

/// The token of `Authorization: Bearer …` (RFC 6750, section 2.1), or nothing.
std::string_view bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (!http::equals_ignoring_case(authorization.substr(0, scheme.size()), scheme)) return {};
  authorization.remove_prefix(scheme.size());
  authorization.remove_prefix(std::min(authorization.find_first_not_of(' '), authorization.size()));
  return authorization;
}

}  // namespace

std::optional<http::Response> authenticate(const security::TokenVerifier& verifier, http::Request& request) {
  request.token = bearer_token(request.header("Authorization"));
  if (request.token.empty())
    return http::problem(core::Error{.code = core::Errc::unauthenticated, .message = "a bearer token is required"},
                         request);
  auto caller = verifier.verify(request.token);
  if (caller) {
    request.caller = std::move(*caller);
    return std::nullopt;
  }
  http::Response response = http::problem(caller.error(), request);
  if (response.status == 401) {
    response.fields.clear();
    response.with("WWW-Authenticate", R"(Bearer error="invalid_token")");  // RFC 6750, section 3.1
  }
  return response;
}

}  // namespace pms::rest
