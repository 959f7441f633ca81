#include "domain/key_rotation.hpp"

namespace pms::auth {

KeyGeneration first_generation(core::Timestamp now) { return {.number = 1, .created_at = now, .signs_from = now}; }

const KeyGeneration& signing_at(std::span<const KeyGeneration> generations, core::Timestamp now) {
  // The time is before the first key's only if the clock was turned back; the first key signs then
  // too.
  const KeyGeneration* signing = &generations.front();
  for (const KeyGeneration& generation : generations)
    if (generation.signs_from <= now) signing = &generation;
  return *signing;
}

bool needs_successor(std::span<const KeyGeneration> generations, core::Timestamp now) {
  return now >= generations.back().signs_from + key_signs_for - key_published_before;
}

KeyGeneration successor(std::span<const KeyGeneration> generations, core::Timestamp now) {
  return {.number = generations.back().number + 1, .created_at = now, .signs_from = now + key_published_before};
}

std::int64_t oldest_needed(std::span<const KeyGeneration> generations, core::Timestamp now) {
  std::int64_t oldest = generations.front().number;
  for (const KeyGeneration& generation : generations)
    if (generation.signs_from + key_published_after <= now) oldest = generation.number;
  return oldest;
}

}  // namespace pms::auth
