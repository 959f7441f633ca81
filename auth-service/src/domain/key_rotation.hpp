// When a signing key is made, begins to sign, and is forgotten.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>

#include "core/clock.hpp"
#include "domain/session.hpp"

namespace pms::auth {

/// A key signs from its time until its successor's.
constexpr std::chrono::days key_signs_for{90};
/// How long a successor is published before it signs: every replica looks for keys once an hour, and verifiers keep a
/// key set for ten minutes.
constexpr std::chrono::hours key_published_before{2};
/// How long a key is published after its successor has begun to sign: until its last token has ended.
constexpr std::chrono::hours key_published_after = max_access_token_lifetime;

/// One generation of the signing key.
struct KeyGeneration {
  std::int64_t number = 0;  ///< from 1
  core::Timestamp created_at{};
  core::Timestamp signs_from{};
};

/// The first key, which signs at once.
KeyGeneration first_generation(core::Timestamp now);

/// All of these take the generations that are stored, in order, at least one.
const KeyGeneration& signing_at(std::span<const KeyGeneration>, core::Timestamp now);
/// True when it is time to make (and publish) the next one.
bool needs_successor(std::span<const KeyGeneration>, core::Timestamp now);
KeyGeneration successor(std::span<const KeyGeneration>, core::Timestamp now);
/// Earlier ones verify no token that is still alive.
std::int64_t oldest_needed(std::span<const KeyGeneration>, core::Timestamp now);

}  // namespace pms::auth
