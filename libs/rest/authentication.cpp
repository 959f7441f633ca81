#include "rest/authentication.hpp"

#include "core/result.hpp"
#include "http/problem.hpp"
#include "security/bearer_token.hpp"

namespace pms::rest {
std::optional<http::Response> authenticate(const security::TokenVerifier& verifier, http::Request& request) {
  request.token = security::bearer_token(request.header("Authorization"));
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
