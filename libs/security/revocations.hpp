// What has been revoked before its time: sessions (`sid`) and users (`sub`). Opaque ids only.
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
    session,  ///< `id` is a `sid`: none of its tokens is valid any more
    user,     ///< `id` is a `sub`: tokens with a lower `uver` than `version` are void
  };
  std::int64_t number = 0;  ///< rising; the feed is read after the last one seen
  Kind kind = Kind::session;
  std::string id;
  std::int64_t version = 0;      ///< of a user; not a time, since clocks differ and a second holds many tokens
  core::Timestamp expires_at{};  ///< no token it concerns lives longer
};

/// The answer of GET /revocations?after=N: {"revocations":[{number, kind, id, version?, expiresAt}], "last": N};
/// `version` only of a user; RFC 3339 times.
struct RevocationFeed {
  std::vector<Revocation> revocations;
  std::int64_t last = 0;  ///< the highest number ever given out
};
std::string to_json(const RevocationFeed&);
core::Result<RevocationFeed> parse_revocation_feed(std::string_view json);

/// Thread-safe; readers take no lock while nothing is revoked.
class RevocationList {
 public:
  void add(const Revocation&);
  bool revoked(std::string_view session, std::string_view user, std::int64_t user_version) const;
  /// Changes with every add: who remembers an answer of revoked() compares it.
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
