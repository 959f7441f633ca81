#include "application/refresh.hpp"

#include <expected>
#include <optional>
#include <string_view>

#include "application/users.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace pms::auth {
namespace {

prometheus::Counter& outcomes(const char* outcome) {
  return telemetry::counter("authentication_refreshes_total", "Uses of refresh tokens, by outcome",
                            {{"outcome", outcome}});
}

std::unexpected<core::Error> refuse() {
  static auto& refused = outcomes("refused");
  refused.Increment();
  return core::fail(core::Errc::unauthenticated, "the refresh token is not valid");
}

void report_reuse(const Session& session) {
  static auto& reused = outcomes("reused");
  reused.Increment();
  telemetry::log(telemetry::Level::warning, "auth-service", "a refresh token was reused; its session was ended",
                 {{"session", std::string_view(session.id)}, {"user", std::string_view(session.user_id)}});
}

}  // namespace

Refresh::Refresh(Sessions& sessions, EndSession& end_session, const TokenIssuer& issuer, const core::Clock& clock)
    : sessions_(sessions), end_session_(end_session), issuer_(issuer), clock_(clock) {}

core::Task<core::Result<TokenPair>> Refresh::operator()(std::string refresh_token, Deadline deadline) {
  const std::string hash = hash_refresh_token(refresh_token);
  constexpr int max_attempts = 3;
  for (int attempt = 0; attempt < max_attempts; ++attempt) {
    auto answer = co_await exchange(hash, deadline);
    if (!answer) co_return std::unexpected(answer.error());
    if (*answer) co_return std::move(**answer);
  }
  co_return changed_meanwhile();
}

/// Returns the new tokens, or nothing if the session or its user has changed since they were read.
core::Task<core::Result<std::optional<TokenPair>>> Refresh::exchange(std::string hash, Deadline deadline) {
  auto found = co_await sessions_.find(std::move(hash), deadline);
  if (!found) co_return std::unexpected(found.error());
  if (!*found || !(*found)->user.enabled) co_return refuse();
  const Sessions::Found& known = **found;

  core::Timestamp now = clock_.now();
  RefreshVerdict verdict = judge(known.token, known.session, now);
  if (verdict == RefreshVerdict::reused) {
    if (auto ended = co_await end_session_(known.session.id, deadline); !ended)
      co_return std::unexpected(ended.error());
    report_reuse(known.session);
  }
  if (verdict != RefreshVerdict::accepted) co_return refuse();

  std::string next_token = new_refresh_token();
  RefreshToken next{.hash = hash_refresh_token(next_token),
                    .session_id = known.session.id,
                    .parent_hash = known.token.hash,
                    .issued_at = now};
  auto exchanged = co_await sessions_.exchange(std::move(next), known.user, deadline);
  if (!exchanged) co_return std::unexpected(exchanged.error());
  if (!*exchanged) co_return std::nullopt;

  static auto& accepted = outcomes("accepted");
  accepted.Increment();
  co_return issuer_.issue(known.user, known.session, std::move(next_token), now);
}

}  // namespace pms::auth
