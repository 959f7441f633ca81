#include "security/token_verifier.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clinic/caller.hpp"
#include "core/result.hpp"
#include "security/claims.hpp"
#include "security/digest.hpp"
#include "security/verified_tokens.hpp"
#include "telemetry/metrics.hpp"

namespace pms::security {
namespace {

/// What one thread needs to verify without the other threads.
struct ThreadState {
  explicit ThreadState(std::size_t cache_size) : verified(cache_size) {}
  std::uint64_t keys_generation = 0;
  std::shared_ptr<const KeySet> keys;  // shared with the verifier and other threads; null until keys are set
  VerifiedTokens verified;
};

std::unexpected<core::Error> refuse(Refusal refusal) {
  static const auto counters = [] {
    std::array<prometheus::Counter*, refusal_count> made{};
    for (std::size_t i = 0; i < refusal_count; ++i)
      made[i] = &telemetry::counter("tokens_refused_total", "Access tokens refused, by reason",
                                    {{"reason", std::string(to_string(static_cast<Refusal>(i)))}});
    return made;
  }();
  counters[static_cast<std::size_t>(refusal)]->Increment();
  return core::fail(core::Errc::unauthenticated, "the access token is not valid");
}

/// One look at a token.
struct Lookup {
  Digest digest;
  core::Timestamp now;
  /// Read before the list is asked, so that an entry added in between makes the next request ask
  /// again.
  std::uint64_t revocations_generation = 0;
};

/// Where the answer to a good token came from.
enum class AcceptedAs : std::uint8_t { verified, remembered };

void count_accepted(AcceptedAs how) {
  constexpr auto name = "tokens_accepted_total";
  constexpr auto help = "Access tokens accepted, verified or found in the cache";
  static auto& verified = telemetry::counter(name, help, {{"source", "verified"}});
  static auto& remembered = telemetry::counter(name, help, {{"source", "remembered"}});
  (how == AcceptedAs::verified ? verified : remembered).Increment();
}

std::atomic<std::uint64_t> last_verifier{0};

}  // namespace

struct TokenVerifier::State {
  State(TokenSettings token_settings, const core::Clock& time, std::size_t size)
      : settings(std::move(token_settings)), clock(time), cache_size(size) {}

  const TokenSettings settings;
  const core::Clock& clock;
  const std::size_t cache_size;
  const std::uint64_t id = ++last_verifier;  // never reused, unlike an address
  std::function<void()> on_unknown_key;
  RevocationList revocations;

  std::atomic<std::uint64_t> keys_generation{0};
  std::mutex mutex;  // guards the following members
  std::shared_ptr<const KeySet> keys;
  std::vector<std::unique_ptr<ThreadState>> thread_states;

  ThreadState& this_thread();
  std::expected<clinic::Caller, Refusal> check(std::string_view token, const KeySet&, core::Timestamp now) const;
  Verified verify_new(ThreadState&, std::string_view token, const Lookup&) const;
  Verified verify_known(ThreadState&, VerifiedTokens::Entry&, const Lookup&) const;
};

ThreadState& TokenVerifier::State::this_thread() {
  // A process creates only a few verifiers. The entry of a destroyed verifier remains in this list,
  // but its number is never looked up again.
  thread_local std::vector<std::pair<std::uint64_t, ThreadState*>> known;
  ThreadState* mine = nullptr;
  for (auto [verifier, state] : known)
    if (verifier == id) mine = state;
  std::uint64_t generation = keys_generation.load(std::memory_order_acquire);
  if (mine != nullptr && mine->keys_generation == generation) return *mine;

  std::lock_guard lock(mutex);
  if (mine == nullptr) {
    mine = thread_states.emplace_back(std::make_unique<ThreadState>(cache_size)).get();
    known.emplace_back(id, mine);
  }
  mine->keys = keys;
  mine->keys_generation = keys_generation.load(std::memory_order_relaxed);
  mine->verified.clear();
  return *mine;
}

std::expected<clinic::Caller, Refusal> TokenVerifier::State::check(std::string_view token, const KeySet& current,
                                                                   core::Timestamp now) const {
  auto parts = split_token(token);
  if (!parts) return std::unexpected(parts.error());
  const PublicKey* key = current.find(parts->key_id);
  if (key == nullptr) return std::unexpected(Refusal::unknown_key);
  if (!key->verifies(parts->signed_part, parts->signature)) return std::unexpected(Refusal::signature);
  return read_claims(parts->claims, settings, now);
}

TokenVerifier::TokenVerifier(TokenSettings settings, const core::Clock& clock, std::size_t cache_size)
    : state_(std::make_unique<State>(std::move(settings), clock, cache_size)) {}
TokenVerifier::~TokenVerifier() = default;

/// The answer to a token that this thread has not verified yet.
TokenVerifier::Verified TokenVerifier::State::verify_new(ThreadState& mine, std::string_view token,
                                                         const Lookup& lookup) const {
  auto caller = check(token, *mine.keys, lookup.now);
  if (!caller) {
    if (caller.error() == Refusal::unknown_key && on_unknown_key) on_unknown_key();
    return refuse(caller.error());
  }
  if (revocations.revoked(caller->session, caller->user_id, caller->user_version)) return refuse(Refusal::revoked);
  auto shared = std::make_shared<const clinic::Caller>(std::move(*caller));
  mine.verified.add(lookup.digest, {shared, shared->expires_at + settings.leeway, lookup.revocations_generation});
  count_accepted(AcceptedAs::verified);
  return shared;
}

/// The answer to a token that this thread has verified before: only its end and its revocation are
/// checked again.
TokenVerifier::Verified TokenVerifier::State::verify_known(ThreadState& mine, VerifiedTokens::Entry& entry,
                                                           const Lookup& lookup) const {
  if (lookup.now >= entry.ends_at) {
    mine.verified.erase(lookup.digest);
    return refuse(Refusal::expired);
  }
  if (entry.revocations_generation != lookup.revocations_generation) {
    const clinic::Caller& caller = *entry.caller;
    if (revocations.revoked(caller.session, caller.user_id, caller.user_version)) {
      mine.verified.erase(lookup.digest);
      return refuse(Refusal::revoked);
    }
    entry.revocations_generation = lookup.revocations_generation;
  }
  count_accepted(AcceptedAs::remembered);
  return entry.caller;
}

TokenVerifier::Verified TokenVerifier::verify(std::string_view token) const {
  ThreadState& mine = state_->this_thread();
  if (mine.keys == nullptr)
    return std::unexpected(core::Error{.code = core::Errc::unavailable,
                                       .message = "the keys for verifying access tokens are not available yet",
                                       .retry_after = std::chrono::seconds(1)});
  if (token.size() > max_token_bytes) return refuse(Refusal::malformed);
  const Lookup lookup{
      .digest = sha256(token), .now = state_->clock.now(), .revocations_generation = state_->revocations.generation()};
  if (auto* entry = mine.verified.find(lookup.digest)) return state_->verify_known(mine, *entry, lookup);
  return state_->verify_new(mine, token, lookup);
}

void TokenVerifier::set_keys(KeySet keys) {
  std::lock_guard lock(state_->mutex);
  if (state_->keys != nullptr && state_->keys->to_jwks() == keys.to_jwks()) return;  // the keys have not changed
  state_->keys = std::make_shared<const KeySet>(std::move(keys));
  state_->keys_generation.fetch_add(1, std::memory_order_release);
}

RevocationList& TokenVerifier::revocations() { return state_->revocations; }
void TokenVerifier::on_unknown_key(std::function<void()> callback) { state_->on_unknown_key = std::move(callback); }

}  // namespace pms::security
