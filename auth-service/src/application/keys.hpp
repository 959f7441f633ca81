// The port to the stored signing keys.
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

/// A signing key as it is stored.
struct StoredKey {
  KeyGeneration generation;
  std::string material;  ///< PKCS #8 PEM, or that sealed
  bool sealed = false;
};

/// Thread-safe. Every call can fail with unavailable, deadline_exceeded or storage_full besides the errors it names.
class Keys {
 public:
  virtual ~Keys() = default;
  virtual core::Task<core::Result<std::vector<StoredKey>>> all(Deadline) = 0;  ///< by generation
  /// Does nothing when the generation is there: another process was first.
  virtual core::Task<core::Result<>> add(StoredKey, Deadline) = 0;
  /// Puts sealed material in the place of plain.
  virtual core::Task<core::Result<>> seal(std::int64_t generation, std::string material, Deadline) = 0;
  virtual core::Task<core::Result<>> remove_before(std::int64_t generation, Deadline) = 0;
};

}  // namespace pms::auth
