// Tests that the request path verifies a cached token without allocating. Allocations are counted
// by replacing this program's operator new.
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <gtest/gtest.h>
#include <new>
#include <string>

#include "clinic/caller.hpp"
#include "clinic/permissions.hpp"
#include "core/clock.hpp"
#include "security/access_token.hpp"
#include "security/token_verifier.hpp"

namespace {
thread_local std::size_t allocations = 0;
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace pms::security {
namespace {

TEST(TokenVerifier, AllocatesNothingForATokenItKnows) {
  SigningKey key = SigningKey::generate();
  TokenSettings settings;
  TokenVerifier verifier(settings, core::system_clock());
  verifier.set_keys(KeySet({key.public_key()}));
  clinic::Caller caller{.user_id = "u1",
                        .session = "s1",
                        .token_id = "t1",
                        .email = "ana@example.com",
                        .roles = {clinic::Role::admin},
                        .permissions = {},
                        .issued_at = core::system_clock().now(),
                        .expires_at = core::system_clock().now() + std::chrono::minutes(15)};
  std::string token = sign_token(caller, settings, key);
  ASSERT_TRUE(verifier.verify(token));

  std::size_t before = allocations;
  for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(verifier.verify(token));
  EXPECT_EQ(allocations - before, 0U);
}

}  // namespace
}  // namespace pms::security
