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
#include "security/token.hpp"
#include "security/verified_tokens.hpp"
#include "telemetry/metrics.hpp"

namespace pms::security {
namespace {

/// What one thread needs to verify tokens without locking.
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

/// How a valid token was checked: by a full verification, or in the cache.
enum class Source : std::uint8_t { verified, remembered };

void count_accepted(Source source) {
  constexpr auto name = "tokens_accepted_total";
  constexpr auto help = "Access tokens accepted: verified, or remembered from the last time";
  static auto& verified = telemetry::counter(name, help, {{"source", "verified"}});
  static auto& remembered = telemetry::counter(name, help, {{"source", "remembered"}});
  (source == Source::verified ? verified : remembered).Increment();
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

core::Result<std::shared_ptr<const clinic::Caller>> TokenVerifier::verify(std::string_view token) const {
  ThreadState& mine = state_->this_thread();
  if (mine.keys == nullptr)
    return std::unexpected(core::Error{.code = core::Errc::unavailable,
                                       .message = "the keys that access tokens are checked with have not arrived yet",
                                       .retry_after = std::chrono::seconds(1)});
  if (token.size() > max_token_bytes) return refuse(Refusal::malformed);
  core::Timestamp now = state_->clock.now();
  Digest digest = sha256(token);
  // The generation is read before the list is checked: if an entry is added in between, the next
  // request checks again.
  std::uint64_t revocations_generation = state_->revocations.generation();

  auto* entry = mine.verified.find(digest);
  if (entry == nullptr) {
    auto caller = state_->check(token, *mine.keys, now);
    if (!caller) {
      if (caller.error() == Refusal::unknown_key && state_->on_unknown_key) state_->on_unknown_key();
      return refuse(caller.error());
    }
    if (state_->revocations.revoked(caller->session, caller->user_id, caller->user_version))
      return refuse(Refusal::revoked);
    auto shared = std::make_shared<const clinic::Caller>(std::move(*caller));
    mine.verified.add(digest, {shared, shared->expires_at + state_->settings.leeway, revocations_generation});
    count_accepted(Source::verified);
    return shared;
  }
  if (now >= entry->ends_at) {
    mine.verified.erase(digest);
    return refuse(Refusal::expired);
  }
  if (entry->revocations_generation != revocations_generation) {
    const clinic::Caller& caller = *entry->caller;
    if (state_->revocations.revoked(caller.session, caller.user_id, caller.user_version)) {
      mine.verified.erase(digest);
      return refuse(Refusal::revoked);
    }
    entry->revocations_generation = revocations_generation;
  }
  count_accepted(Source::remembered);
  return entry->caller;
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
