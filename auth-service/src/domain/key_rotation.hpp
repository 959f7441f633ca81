// Defines when a signing key is created, when it begins to sign, and when it is deleted.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>

#include "core/clock.hpp"
#include "domain/session.hpp"

namespace pms::auth {

/// A key signs for this long, until its successor begins to sign.
constexpr std::chrono::days key_signs_for{90};
/// A successor is published for this long before it signs: every replica reads the keys once an
/// hour, and verifiers cache a key set for ten minutes.
constexpr std::chrono::hours key_published_before{2};
/// A key stays published for this long after its successor has begun to sign, until its last token
/// has expired.
constexpr std::chrono::hours key_published_after = max_access_token_lifetime;

/// Describes one generation of the signing key.
struct KeyGeneration {
  std::int64_t number = 0;  ///< starts at 1
  core::Timestamp created_at{};
  core::Timestamp signs_from{};
};

/// Returns the first generation, which signs immediately.
KeyGeneration first_generation(core::Timestamp now);

/// Returns the generation that signs at `now`. This function and the following ones expect all
/// stored generations in ascending order, at least one.
const KeyGeneration& signing_at(std::span<const KeyGeneration>, core::Timestamp now);
/// Returns true if it is time to create and publish the next generation.
bool needs_successor(std::span<const KeyGeneration>, core::Timestamp now);
KeyGeneration successor(std::span<const KeyGeneration>, core::Timestamp now);
/// Returns the number of the oldest generation that is still needed: all tokens signed with earlier
/// ones have expired.
std::int64_t oldest_needed(std::span<const KeyGeneration>, core::Timestamp now);

}  // namespace pms::auth
