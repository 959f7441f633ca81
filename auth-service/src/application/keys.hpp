// Declares the port through which signing keys are stored.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "domain/key_rotation.hpp"

namespace pms::auth {

using core::Deadline;

/// Contains a signing key as it is stored.
struct StoredKey {
  KeyGeneration generation;
  std::string material;  ///< PKCS #8 PEM, encrypted if `sealed`
  bool sealed = false;
};

/// Stores the signing keys. Thread-safe. Each function can fail with unavailable, deadline_exceeded
/// or storage_full.
class Keys {
 public:
  virtual ~Keys() = default;
  virtual core::Task<core::Result<std::vector<StoredKey>>> all(Deadline) = 0;  ///< in the order of their generations
  /// Stores a key. Does nothing if its generation is already stored, because another process has
  /// created it.
  virtual core::Task<core::Result<>> add(StoredKey, Deadline) = 0;
  /// Replaces the plain material of a key with sealed material; does nothing if it is already
  /// sealed.
  virtual core::Task<core::Result<>> seal(std::int64_t generation, std::string material, Deadline) = 0;
  virtual core::Task<core::Result<>> remove_before(std::int64_t generation, Deadline) = 0;
};

}  // namespace pms::auth
