// Revoked sessions (`sid`) and users (`sub`), as opaque ids.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/clock.hpp"
#include "core/mutex.hpp"
#include "core/result.hpp"

namespace pms::security {

/// One entry of auth-service's feed.
struct Revocation {
  enum class Kind : std::uint8_t {
    session,  ///< `id` is a `sid`: all its tokens are void
    user,     ///< `id` is a `sub`: tokens with a `uver` lower than `version` are void
  };
  std::int64_t number = 0;  ///< increasing; a reader continues after the last one that it has seen
  Kind kind = Kind::session;
  std::string id;
  std::int64_t version = 0;  ///< for a user; not a time, since clocks differ and many tokens are issued in one second
  core::Timestamp expires_at{};  ///< no affected token is valid for longer
};

/// The response of GET /revocations?after=N: {"revocations":[{number, kind, id, version?,
/// expiresAt}], "last": N}, with `version` only for a user, and RFC 3339 times.
struct RevocationFeed {
  std::vector<Revocation> revocations;
  std::int64_t last = 0;  ///< the highest number ever assigned
};
std::string to_json(const RevocationFeed&);
core::Result<RevocationFeed> parse_revocation_feed(std::string_view json);

/// Thread-safe. Readers take no lock while nothing is revoked.
class RevocationList {
 public:
  void add(const Revocation&);
  bool revoked(std::string_view session, std::string_view user, std::int64_t user_version) const;
  /// Incremented by add(). A caller that caches a result of revoked() compares generations to
  /// detect that it is stale.
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  void forget_expired(core::Timestamp now);

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Entries = std::unordered_map<std::string, Revocation, Hash, std::equal_to<>>;

  mutable core::Mutex mutex_;
  Entries sessions_ PMS_GUARDED_BY(mutex_);
  Entries users_ PMS_GUARDED_BY(mutex_);
  std::atomic<std::size_t> size_{0};
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace pms::security
