// Password hashing: Argon2id (RFC 9106) by libsodium, on threads of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::security {

struct PasswordSettings {
  std::uint32_t memory_kib = 19'456;  ///< m
  std::uint32_t passes = 2;           ///< t
  std::uint32_t threads = 0;          ///< 0: max(1, cores - 1)
  std::uint32_t queue_limit = 64;     ///< more waiting: unavailable with retry_after
};

/// Thread-safe. One that goes answers what still waits with `unavailable`; the caller's io_context must outlive it.
class PasswordHasher {
 public:
  explicit PasswordHasher(PasswordSettings = {});
  ~PasswordHasher();
  /// The PHC string ($argon2id$v=19$m=…).
  core::Task<core::Result<std::string>> hash(std::string password);
  /// Against a PHC string; an empty one is compared with a dummy, so that an unknown user takes the same time.
  core::Task<core::Result<bool>> verify(std::string password, std::string phc);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pms::security
