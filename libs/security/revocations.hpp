// What has been revoked before its time: sessions (`sid`) and users (`sub`). Opaque ids only.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/clock.hpp"
#include "core/result.hpp"

namespace pms::security {

/// One entry of auth-service's feed. `kind`: session (by sid), user (by sub, tokens issued before `at`).
struct Revocation {
  std::int64_t number = 0;  ///< rising; the feed is read after the last one seen
  enum class Kind : std::uint8_t { session, user } kind = Kind::session;
  std::string id;
  core::Timestamp at{};          ///< tokens issued up to here are void
  core::Timestamp expires_at{};  ///< no token it concerns lives longer
};

/// The feed of GET /revocations?after=N: {"revocations":[{number, kind, id, at, expiresAt}], "last": N} (RFC 3339 times).
std::string to_json(const std::vector<Revocation>&, std::int64_t last);
core::Result<std::vector<Revocation>> parse_revocations(std::string_view json);

/// Thread-safe; readers take no lock while nothing is revoked.
class RevocationList {
 public:
  void add(const Revocation&);
  bool revoked(std::string_view session, std::string_view user, core::Timestamp issued_at) const;
  std::int64_t last() const;              ///< highest number added
  std::uint64_t generation() const;       ///< changes with every add: caches compare it
  void forget_expired(core::Timestamp now);

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Revocation> entries_;
  std::atomic<std::int64_t> last_{0};
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace pms::security
