#include "routes/verifier_routes.hpp"

#include <cstdint>
#include <expected>
#include <limits>
#include <string_view>

#include "core/result.hpp"
#include "core/task.hpp"
#include "http/message.hpp"
#include "http/problem.hpp"
#include "rest/paging.hpp"

namespace pms::auth {
namespace {

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
  auto number = rest::whole_number(query->find("after").value_or("0"), 0, std::numeric_limits<std::int64_t>::max());
  if (!number) return core::fail_field("after", "must be the number of the last entry read, or 0");
  return *number;
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

void mount_keys(rest::Router& api, const SigningKeys& keys) {
  api.get("/.well-known/jwks.json", rest::Public{}, [&keys](http::Request&) { return publish_keys(keys); });
}

void mount_revocations(rest::Router& management, Revocations& revocations, const core::Clock& clock) {
  management.get("/revocations", rest::Public{}, [&revocations, &clock](http::Request& request) {
    return list_revocations(revocations, clock, request);
  });
}

}  // namespace pms::auth
