#include "security/revocations.hpp"

#include <gtest/gtest.h>

namespace pms::security {
namespace {

using namespace std::chrono_literals;

constexpr core::Timestamp noon{1'767'268'800s};

Revocation session(std::string id) {
  return {.number = 1, .kind = Revocation::Kind::session, .id = std::move(id), .at = noon, .expires_at = noon + 15min};
}
Revocation user(std::string id, core::Timestamp at) {
  return {.number = 2, .kind = Revocation::Kind::user, .id = std::move(id), .at = at, .expires_at = at + 15min};
}

TEST(RevocationList, EndsASession) {
  RevocationList list;
  EXPECT_FALSE(list.revoked("s1", "u1", noon - 1s));
  list.add(session("s1"));
  EXPECT_TRUE(list.revoked("s1", "u1", noon - 1s));
  EXPECT_TRUE(list.revoked("s1", "u1", noon + 1s)) << "issued by a replica whose clock is ahead";
  EXPECT_FALSE(list.revoked("s2", "u1", noon - 1s));
  EXPECT_FALSE(list.revoked("u1", "s1", noon - 1s)) << "a session's id is no user's";
}

TEST(RevocationList, EndsWhatAUserWasGivenBefore) {
  RevocationList list;
  list.add(user("u1", noon));
  EXPECT_TRUE(list.revoked("s1", "u1", noon));
  EXPECT_FALSE(list.revoked("s1", "u1", noon + 1s));
  EXPECT_FALSE(list.revoked("s1", "u2", noon));
}

TEST(RevocationList, KeepsTheLaterOfTwo) {
  RevocationList list;
  list.add(user("u1", noon + 1min));
  list.add(user("u1", noon));
  EXPECT_TRUE(list.revoked("s1", "u1", noon + 1min));
}

TEST(RevocationList, ForgetsWhatNoTokenCanLiveToSee) {
  RevocationList list;
  list.add(session("s1"));
  list.forget_expired(noon + 15min - 1us);
  EXPECT_TRUE(list.revoked("s1", "u1", noon));
  list.forget_expired(noon + 15min);
  EXPECT_FALSE(list.revoked("s1", "u1", noon));
}

TEST(RevocationList, ChangesItsGenerationWithEachEntry) {
  RevocationList list;
  auto before = list.generation();
  list.add(session("s1"));
  EXPECT_NE(list.generation(), before);
}

TEST(RevocationFeed, StaysTheSameThroughJson) {
  RevocationFeed feed{.revocations = {session("s1"), user("u1", noon + 1us)}, .last = 9};
  auto again = parse_revocation_feed(to_json(feed));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->last, 9);
  ASSERT_EQ(again->revocations.size(), 2U);
  EXPECT_EQ(again->revocations[0].kind, Revocation::Kind::session);
  EXPECT_EQ(again->revocations[1].number, 2);
  EXPECT_EQ(again->revocations[1].kind, Revocation::Kind::user);
  EXPECT_EQ(again->revocations[1].id, "u1");
  EXPECT_EQ(again->revocations[1].at, noon + 1us);
  EXPECT_EQ(again->revocations[1].expires_at, noon + 1us + 15min);
}

TEST(RevocationFeed, IsNotReadFromAnythingElse) {
  for (
      std::string_view text :
      {"", "{}", R"({"revocations":[]})", R"({"revocations":{},"last":1})", R"({"revocations":[{}],"last":1})",
       R"({"revocations":[{"number":1,"kind":"role","id":"x","at":"2026-01-01T00:00:00Z","expiresAt":"2026-01-01T00:00:00Z"}],"last":1})"})
    EXPECT_FALSE(parse_revocation_feed(text)) << text;
}

}  // namespace
}  // namespace pms::security
