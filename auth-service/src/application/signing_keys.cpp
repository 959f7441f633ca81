#include "application/signing_keys.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <fmt/format.h>

#include "core/result.hpp"
#include "core/task.hpp"
#include "security/sealing.hpp"

namespace pms::auth {
namespace {

std::string sealing_context(std::int64_t generation) { return fmt::format("auth signing key {}", generation); }

std::vector<KeyGeneration> generations_of(const std::vector<StoredKey>& keys) {
  std::vector<KeyGeneration> generations;
  for (const StoredKey& key : keys) generations.push_back(key.generation);
  return generations;
}

}  // namespace

SigningKeys::SigningKeys(Keys& store, std::string secret, const core::Clock& clock, security::TokenVerifier& verifier)
    : store_(store), secret_(std::move(secret)), clock_(clock), verifier_(verifier) {}

core::Task<core::Result<>> SigningKeys::refresh(Deadline deadline) {
  auto stored = co_await read_or_make(deadline);
  if (!stored) co_return std::unexpected(stored.error());

  auto next = std::make_shared<Published>();
  next->generations = generations_of(*stored);
  std::vector<security::PublicKey> public_keys;
  for (const StoredKey& key : *stored) {
    auto opened = open(key);
    if (!opened) co_return std::unexpected(opened.error());
    if (!key.sealed && !secret_.empty())
      if (auto sealed = co_await seal_in_store(key, deadline); !sealed) co_return std::unexpected(sealed.error());
    opened_.insert_or_assign(key.generation.number, *opened);
    public_keys.push_back(opened->public_key());
    next->keys.push_back(std::move(*opened));
  }
  security::KeySet set(std::move(public_keys));
  next->jwks = set.to_jwks();
  std::int64_t oldest = oldest_needed(next->generations, clock_.now());
  {
    std::lock_guard lock(mutex_);
    published_ = std::move(next);
  }
  verifier_.set_keys(std::move(set));
  if (oldest == stored->front().generation.number) co_return core::Result<>{};
  co_return co_await store_.remove_before(oldest, deadline);
}

core::Task<core::Result<std::vector<StoredKey>>> SigningKeys::read_or_make(Deadline deadline) {
  auto stored = co_await store_.all(deadline);
  if (!stored) co_return stored;
  auto generations = generations_of(*stored);
  core::Timestamp now = clock_.now();
  if (!generations.empty() && !needs_successor(generations, now)) co_return stored;
  auto made = make(generations.empty() ? first_generation(now) : successor(generations, now));
  if (!made) co_return std::unexpected(made.error());
  if (auto added = co_await store_.add(std::move(*made), deadline); !added) co_return std::unexpected(added.error());
  co_return co_await store_.all(deadline);  // this process's key, or the one that another process stored first
}

core::Result<StoredKey> SigningKeys::make(KeyGeneration generation) const {
  std::string pem = security::SigningKey::generate().to_pem();
  if (secret_.empty()) return StoredKey{.generation = generation, .material = std::move(pem), .sealed = false};
  auto sealed = security::seal(pem, secret_, sealing_context(generation.number));
  if (!sealed) return std::unexpected(sealed.error());
  return StoredKey{.generation = generation, .material = std::move(*sealed), .sealed = true};
}

core::Result<security::SigningKey> SigningKeys::open(const StoredKey& key) const {
  if (auto known = opened_.find(key.generation.number); known != opened_.end()) return known->second;
  if (!key.sealed) return security::SigningKey::from_pem(key.material);
  if (secret_.empty())
    return core::fail(
        core::Errc::invalid,
        "the stored signing keys are encrypted: set auth.keys.secret to the secret that they were encrypted with");
  auto pem = security::unseal(key.material, secret_, sealing_context(key.generation.number));
  if (!pem && pem.error().code == core::Errc::invalid)
    return core::fail(
        core::Errc::invalid,
        "auth.keys.secret cannot decrypt the stored signing keys: set it to the secret that they were encrypted with");
  if (!pem) return std::unexpected(pem.error());
  return security::SigningKey::from_pem(*pem);
}

core::Task<core::Result<>> SigningKeys::seal_in_store(const StoredKey& key, Deadline deadline) {
  auto sealed = security::seal(key.material, secret_, sealing_context(key.generation.number));
  if (!sealed) co_return std::unexpected(sealed.error());
  co_return co_await store_.seal(key.generation.number, std::move(*sealed), deadline);
}

std::shared_ptr<const SigningKeys::Published> SigningKeys::published() const {
  std::lock_guard lock(mutex_);
  return published_;
}

security::SigningKey SigningKeys::signing() const {
  auto current = published();
  const KeyGeneration& signing = signing_at(current->generations, clock_.now());
  return current->keys[static_cast<std::size_t>(&signing - current->generations.data())];
}

std::string SigningKeys::jwks() const { return published()->jwks; }

}  // namespace pms::auth
