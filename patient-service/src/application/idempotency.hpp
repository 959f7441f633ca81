// Idempotency keys: a client that got no answer repeats its request with the same key and gets the
// first answer.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "core/clock.hpp"
#include "domain/patient.hpp"

namespace pms::patient {

/// How long a key is remembered.
constexpr std::chrono::hours idempotency_lifetime{24};

/// One user's key, and what was asked for under it.
struct IdempotencyKey {
  std::string user_id;
  std::string key;
  std::string fingerprint;  ///< of the request
};

/// The patient that the first request of a key created.
struct Remembered {
  std::string fingerprint;
  std::string patient_id;
  std::int64_t version = 0;
};

/// Returns the SHA-256, in hex, of the request in one canonical form: equivalent bodies have the
/// same fingerprint.
std::string fingerprint(const NewPatient&);

}  // namespace pms::patient
