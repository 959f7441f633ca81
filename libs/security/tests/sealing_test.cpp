#include "security/sealing.hpp"

#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace pms::security {
namespace {

TEST(Sealing, OpensWithTheSameSecretAndContext) {
  for (std::string_view plain : {"", "x", "-----BEGIN PRIVATE KEY-----"}) {
    std::string sealed = seal(plain, "secret", "key 1").value();
    EXPECT_EQ(unseal(sealed, "secret", "key 1"), plain);
    EXPECT_TRUE(plain.size() < 2 || sealed.find(plain) == std::string::npos);
  }
}

TEST(Sealing, NeverGivesTheSameBytesTwice) {
  EXPECT_NE(seal("plain", "secret", "key 1").value(), seal("plain", "secret", "key 1").value());
}

TEST(Sealing, StaysShutForAnythingElse) {
  std::string sealed = seal("plain", "secret", "key 1").value();
  EXPECT_EQ(unseal(sealed, "Secret", "key 1").error().code, core::Errc::invalid);
  EXPECT_EQ(unseal(sealed, "", "key 1").error().code, core::Errc::invalid);
  EXPECT_EQ(unseal(sealed, "secret", "key 2").error().code, core::Errc::invalid);
  EXPECT_EQ(unseal(sealed.substr(0, sealed.size() - 1), "secret", "key 1").error().code, core::Errc::invalid);
  EXPECT_EQ(unseal("plain", "secret", "key 1").error().code, core::Errc::invalid);
  for (std::size_t i : {std::size_t{0}, std::size_t{1}, std::size_t{20}, sealed.size() - 1}) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(unseal(changed, "secret", "key 1").error().code, core::Errc::invalid) << "byte " << i;
  }
}

}  // namespace
}  // namespace pms::security
