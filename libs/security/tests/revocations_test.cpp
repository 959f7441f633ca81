#include "security/revocations.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

namespace pms::security {
namespace {

using namespace std::chrono_literals;

constexpr core::Timestamp noon{1'767'268'800s};

Revocation session(std::string id) {
  return {.number = 1, .kind = Revocation::Kind::session, .id = std::move(id), .expires_at = noon + 15min};
}
Revocation user(std::string id, std::int64_t version) {
  return {
      .number = 2, .kind = Revocation::Kind::user, .id = std::move(id), .version = version, .expires_at = noon + 15min};
}

TEST(RevocationList, EndsASession) {
  RevocationList list;
  EXPECT_FALSE(list.revoked("s1", "u1", 1));
  list.add(session("s1"));
  EXPECT_TRUE(list.revoked("s1", "u1", 1));
  EXPECT_TRUE(list.revoked("s1", "u1", 9)) << "it gives no later token to spare";
  EXPECT_FALSE(list.revoked("s2", "u1", 1));
  EXPECT_FALSE(list.revoked("u1", "s1", 1)) << "a session's id is no user's";
}

TEST(RevocationList, EndsWhatAUserWasGivenBeforeTheAccountChanged) {
  RevocationList list;
  list.add(user("u1", 2));
  EXPECT_TRUE(list.revoked("s1", "u1", 1));
  EXPECT_TRUE(list.revoked("s1", "u1", 0)) << "a token that does not say";
  EXPECT_FALSE(list.revoked("s1", "u1", 2)) << "issued after the change, be it in the same second";
  EXPECT_FALSE(list.revoked("s1", "u2", 1));
}

TEST(RevocationList, KeepsTheLaterOfTwo) {
  RevocationList list;
  list.add(user("u1", 5));
  list.add(user("u1", 4));
  EXPECT_TRUE(list.revoked("s1", "u1", 4));
}

TEST(RevocationList, ForgetsWhatNoTokenCanLiveToSee) {
  RevocationList list;
  list.add(session("s1"));
  list.add(user("u1", 2));
  list.forget_expired(noon + 15min - 1us);
  EXPECT_TRUE(list.revoked("s1", "u2", 1));
  EXPECT_TRUE(list.revoked("s2", "u1", 1));
  list.forget_expired(noon + 15min);
  EXPECT_FALSE(list.revoked("s1", "u2", 1));
  EXPECT_FALSE(list.revoked("s2", "u1", 1));
}

TEST(RevocationList, ChangesItsGenerationWithEachEntry) {
  RevocationList list;
  auto before = list.generation();
  list.add(session("s1"));
  EXPECT_NE(list.generation(), before);
}

TEST(RevocationFeed, StaysTheSameThroughJson) {
  RevocationFeed feed{.revocations = {session("s1"), user("u1", 7)}, .last = 9};
  auto again = parse_revocation_feed(to_json(feed));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->last, 9);
  ASSERT_EQ(again->revocations.size(), 2U);
  EXPECT_EQ(again->revocations[0].kind, Revocation::Kind::session);
  EXPECT_EQ(again->revocations[1].number, 2);
  EXPECT_EQ(again->revocations[1].kind, Revocation::Kind::user);
  EXPECT_EQ(again->revocations[1].id, "u1");
  EXPECT_EQ(again->revocations[1].version, 7);
  EXPECT_EQ(again->revocations[1].expires_at, noon + 15min);
}

TEST(RevocationFeed, IsNotReadFromAnythingElse) {
  for (
      std::string_view text :
      {"", "{}", R"({"revocations":[]})", R"({"revocations":{},"last":1})", R"({"revocations":[{}],"last":1})",
       R"({"revocations":[{"number":1,"kind":"role","id":"x","version":1,"expiresAt":"2026-01-01T00:00:00Z"}],"last":1})",
       R"({"revocations":[{"number":1,"kind":"user","id":"x","expiresAt":"2026-01-01T00:00:00Z"}],"last":1})"})
    EXPECT_FALSE(parse_revocation_feed(text)) << text;
}

}  // namespace
}  // namespace pms::security
