// Password hashing: Argon2id (RFC 9106) by libsodium, on dedicated threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::security {

struct PasswordSettings {
  std::uint32_t memory_kib = 19'456;  ///< the parameter m
  std::uint32_t passes = 2;           ///< the parameter t
  std::uint32_t threads = 0;          ///< 0: max(1, cores - 1)
  std::uint32_t queue_limit = 64;     ///< beyond it, requests fail: unavailable with retry_after
};

/// Thread-safe. One that goes answers what still waits with `unavailable`; the caller's io_context
/// must outlive it.
class PasswordHasher {
 public:
  explicit PasswordHasher(PasswordSettings = {});
  ~PasswordHasher();
  /// Returns the PHC string ($argon2id$v=19$m=…).
  core::Task<core::Result<std::string>> hash(std::string password);
  /// Returns whether the password matches a PHC string. An empty `phc` is replaced with a dummy, so
  /// that an unknown user takes the same time.
  core::Task<core::Result<bool>> verify(std::string password, std::string phc);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pms::security
