#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <gtest/gtest.h>
#include <map>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "clinic/caller.hpp"
#include "clinic/permissions.hpp"
#include "core/result.hpp"
#include "security/access_token.hpp"
#include "security/base64url.hpp"
#include "security/token_verifier.hpp"
#include "testkit/fake_clock.hpp"

namespace pms::security {
namespace {

using namespace std::chrono_literals;

std::string join(std::string_view header, std::string_view claims) {
  return base64url_encode(header) + "." + base64url_encode(claims);
}

/// Returns the same signature in ASN.1 DER, the format that most libraries produce.
std::string as_der(const std::string& signature) {
  auto integer = [](std::string number) {
    number.erase(0, std::min(number.find_first_not_of('\0'), number.size() - 1));
    if ((static_cast<unsigned char>(number.front()) & 0x80) != 0) number.insert(0, 1, '\0');
    return std::string("\x02") + static_cast<char>(number.size()) + number;
  };
  std::string both = integer(signature.substr(0, 32)) + integer(signature.substr(32));
  return std::string("\x30") + static_cast<char>(both.size()) + both;
}

class Tokens : public testing::Test {
 protected:
  void SetUp() override { verifier_.set_keys(KeySet({key_.public_key()})); }

  clinic::Caller caller() const {
    return {.user_id = "u1",
            .session = "s1",
            .token_id = "t1",
            .email = "ana@example.com",
            .roles = {clinic::Role::receptionist, clinic::Role::analyst},
            .permissions = {},
            .issued_at = clock_.now(),
            .expires_at = clock_.now() + 15min,
            .user_version = 3};
  }
  std::string token() const { return sign_token(caller(), settings_, key_); }

  std::string header() const { return R"({"alg":"ES256","typ":"at+jwt","kid":")" + key_.public_key().id() + R"("})"; }

  /// Returns the claims of a valid token as JSON members. `changed` replaces or adds members, or
  /// removes those whose value is empty.
  std::string claims(const std::map<std::string, std::string>& changed = {}) const {
    auto now = std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count();
    std::map<std::string, std::string> members{
        {"iss", R"("pms")"},       {"aud", R"("pms")"},          {"sub", R"("u1")"},
        {"sid", R"("s1")"},        {"jti", R"("t1")"},           {"email", R"("e")"},
        {"roles", R"(["ADMIN"])"}, {"iat", std::to_string(now)}, {"exp", std::to_string(now + 900)}};
    for (const auto& [name, value] : changed) members[name] = value;
    std::string json;
    for (const auto& [name, value] : members)
      if (!value.empty()) json += (json.empty() ? "\"" : ",\"") + name + "\":" + value;
    return "{" + json + "}";
  }

  std::string signed_by_us(std::string_view header, std::string_view claims) const {
    std::string text = join(header, claims);
    return text + "." + base64url_encode(key_.sign(text));
  }

  testing::AssertionResult accepts(std::string_view token) {
    auto caller = verifier_.verify(token);
    return caller ? testing::AssertionSuccess() : testing::AssertionFailure() << caller.error().message;
  }
  /// Checks that the token is rejected with the same message as every other invalid token.
  testing::AssertionResult refuses(std::string_view token) {
    auto caller = verifier_.verify(token);
    if (caller) return testing::AssertionFailure() << "accepted";
    if (caller.error().code != core::Errc::unauthenticated || caller.error().message != "the access token is not valid")
      return testing::AssertionFailure() << caller.error().message;
    return testing::AssertionSuccess();
  }

  testkit::FakeClock clock_;
  TokenSettings settings_;
  SigningKey key_ = SigningKey::generate();
  TokenVerifier verifier_{settings_, clock_};
};

TEST_F(Tokens, TellWhoCalls) {
  auto who = verifier_.verify(token());
  ASSERT_TRUE(who);
  EXPECT_EQ((*who)->user_id, "u1");
  EXPECT_EQ((*who)->session, "s1");
  EXPECT_EQ((*who)->token_id, "t1");
  EXPECT_EQ((*who)->email, "ana@example.com");
  EXPECT_EQ((*who)->roles, (clinic::Roles{clinic::Role::receptionist, clinic::Role::analyst}));
  EXPECT_EQ((*who)->permissions,
            clinic::permissions_of(clinic::Roles{clinic::Role::receptionist, clinic::Role::analyst}));
  EXPECT_EQ((*who)->issued_at, clock_.now());
  EXPECT_EQ((*who)->expires_at, clock_.now() + 15min);
  EXPECT_EQ((*who)->user_version, 3);
}

TEST_F(Tokens, AreVerifiedByWhateverAnotherIssuerOfTheSameNameWrote) {
  EXPECT_TRUE(accepts(signed_by_us(header(), claims())));
  EXPECT_TRUE(accepts(signed_by_us(header(), claims({{"aud", R"(["other","pms"])"}}))));
  EXPECT_TRUE(accepts(signed_by_us(header(), claims({{"nbf", "1767268800"}, {"scope", R"("anything")"}}))));
  EXPECT_TRUE(accepts(signed_by_us(header(), claims({{"exp", "1767269700.5"}}))));
  std::string whole_type = header();
  whole_type.replace(whole_type.find("at+jwt"), 6, "application/AT+JWT");
  EXPECT_TRUE(accepts(signed_by_us(whole_type, claims())));
}

TEST_F(Tokens, WithRolesNobodyKnowsGiveNothingForThem) {
  auto who = verifier_.verify(signed_by_us(header(), claims({{"roles", R"(["ROOT","ANALYST"])"}})));
  ASSERT_TRUE(who);
  EXPECT_EQ((*who)->roles, clinic::Roles{clinic::Role::analyst});
  EXPECT_EQ((*who)->permissions, clinic::permissions_of(clinic::Role::analyst));
}

TEST_F(Tokens, WithoutASignatureAreRefused) {
  for (std::string_view algorithm : {"none", "None", "NONE", ""}) {
    std::string unsigned_header =
        R"({"alg":")" + std::string(algorithm) + R"(","typ":"at+jwt","kid":")" + key_.public_key().id() + R"("})";
    EXPECT_TRUE(refuses(join(unsigned_header, claims()) + ".")) << algorithm;
    EXPECT_TRUE(refuses(signed_by_us(unsigned_header, claims()))) << algorithm;
  }
  EXPECT_TRUE(refuses(join(header(), claims()) + "."));
  EXPECT_TRUE(refuses(join(header(), claims())));
}

TEST_F(Tokens, SignedWithThePublicKeyAsASharedSecretAreRefused) {
  std::string hs_header = R"({"alg":"HS256","typ":"at+jwt","kid":")" + key_.public_key().id() + R"("})";
  std::string text = join(hs_header, claims());
  for (const std::string& secret : {key_.public_key().to_jwk(), key_.public_key().id()}) {
    unsigned char mac[32];
    unsigned size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
    EXPECT_TRUE(refuses(text + "." + base64url_encode({reinterpret_cast<char*>(mac), size})));
  }
}

TEST_F(Tokens, WithAnotherAlgorithmThanTheKeyAreRefused) {
  for (std::string_view algorithm : {"ES384", "RS256", "HS256", "EdDSA", "es256", "ES256K"}) {
    std::string other =
        R"({"alg":")" + std::string(algorithm) + R"(","typ":"at+jwt","kid":")" + key_.public_key().id() + R"("})";
    EXPECT_TRUE(refuses(signed_by_us(other, claims()))) << algorithm;
  }
}

TEST_F(Tokens, OfAnotherTypeAreRefused) {
  std::string kid = key_.public_key().id();
  for (const std::string& other :
       {R"({"alg":"ES256","kid":")" + kid + R"("})", R"({"alg":"ES256","typ":"JWT","kid":")" + kid + R"("})",
        R"({"alg":"ES256","typ":"rt+jwt","kid":")" + kid + R"("})", R"({"alg":"ES256","typ":7,"kid":")" + kid + R"("})",
        R"({"alg":"ES256","typ":"at+jwt","crit":["exp"],"kid":")" + kid + R"("})",
        R"({"alg":"ES256","typ":"at+jwt","crit":[],"kid":")" + kid + R"("})",
        R"({"alg":"ES256","typ":"at+jwt","crit":["b64"],"b64":false,"kid":")" + kid + R"("})"})
    EXPECT_TRUE(refuses(signed_by_us(other, claims()))) << other;
}

TEST_F(Tokens, OfAnUnknownKeyAreRefusedAndAskForNewKeys) {
  int asked = 0;
  verifier_.on_unknown_key([&asked] { ++asked; });
  SigningKey stranger = SigningKey::generate();
  EXPECT_TRUE(refuses(sign_token(caller(), settings_, stranger)));
  EXPECT_EQ(asked, 1);
  EXPECT_TRUE(refuses(signed_by_us(R"({"alg":"ES256","typ":"at+jwt"})", claims())));
  EXPECT_TRUE(accepts(token()));
  EXPECT_EQ(asked, 1);
}

TEST_F(Tokens, SignedByAStrangerUnderOurKeysNameAreRefused) {
  SigningKey stranger = SigningKey::generate();
  std::string text = join(header(), claims());
  EXPECT_TRUE(refuses(text + "." + base64url_encode(stranger.sign(text))));
  std::string jwk_inside = R"({"alg":"ES256","typ":"at+jwt","kid":"x","jwk":)" + stranger.public_key().to_jwk() + "}";
  text = join(jwk_inside, claims());
  EXPECT_TRUE(refuses(text + "." + base64url_encode(stranger.sign(text))));
}

TEST_F(Tokens, WithChangedClaimsOrSignatureAreRefused) {
  std::string good = signed_by_us(header(), claims({{"roles", R"(["ANALYST"])"}}));
  std::string signature = good.substr(good.rfind('.'));
  EXPECT_TRUE(refuses(join(header(), claims()) + signature));
  EXPECT_TRUE(refuses(good.substr(0, good.rfind('.') + 1) + base64url_encode(std::string(64, '\0'))));
  EXPECT_TRUE(accepts(good));
}

TEST_F(Tokens, WhoseSignatureIsNotTheTwoWholeNumbersAreRefused) {
  std::string text = join(header(), claims());
  std::string bytes = key_.sign(text);
  ASSERT_EQ(bytes.size(), 64U);
  for (std::size_t kept : {0U, 1U, 32U, 63U})
    EXPECT_TRUE(refuses(text + "." + base64url_encode(bytes.substr(0, kept)))) << kept;
  EXPECT_TRUE(refuses(text + "." + base64url_encode(bytes + '\0')));
  EXPECT_TRUE(refuses(text + "." + base64url_encode(bytes + bytes)));
  EXPECT_TRUE(refuses(text + "." + base64url_encode(as_der(bytes)))) << "RFC 7518 section 3.4 knows no ASN.1";
  EXPECT_TRUE(accepts(text + "." + base64url_encode(bytes)));
}

TEST_F(Tokens, ForOrFromSomebodyElseAreRefused) {
  for (const std::string& changed :
       {claims({{"iss", R"("other")"}}), claims({{"iss", ""}}), claims({{"iss", R"(["pms"])"}}),
        claims({{"aud", R"("other")"}}), claims({{"aud", R"(["other","PMS"])"}}), claims({{"aud", "[]"}}),
        claims({{"aud", ""}}), claims({{"aud", "7"}})})
    EXPECT_TRUE(refuses(signed_by_us(header(), changed))) << changed;
}

TEST_F(Tokens, MissingAClaimAreRefused) {
  for (std::string_view name : {"sub", "sid", "jti", "email", "roles", "iat", "exp"}) {
    EXPECT_TRUE(refuses(signed_by_us(header(), claims({{std::string(name), ""}})))) << name;
    EXPECT_TRUE(refuses(signed_by_us(header(), claims({{std::string(name), "null"}})))) << name;
    EXPECT_TRUE(refuses(signed_by_us(header(), claims({{std::string(name), "true"}})))) << name;
  }
  EXPECT_TRUE(refuses(signed_by_us(header(), claims({{"exp", R"("1767269700")"}}))));
  EXPECT_TRUE(refuses(signed_by_us(header(), claims({{"exp", "-1"}}))));
  EXPECT_TRUE(refuses(signed_by_us(header(), claims({{"exp", "1e300"}}))));
  EXPECT_TRUE(refuses(signed_by_us(header(), claims({{"exp", "18446744073709551615"}}))));
  EXPECT_TRUE(refuses(signed_by_us(header(), claims({{"nbf", R"("soon")"}}))));
  EXPECT_TRUE(refuses(signed_by_us(header(), claims({{"roles", R"([1])"}}))));
  for (const char* version : {"-1", "1.5", R"("1")", "null", "[]", "18446744073709551615"})
    EXPECT_TRUE(refuses(signed_by_us(header(), claims({{"uver", version}})))) << version;
}

TEST_F(Tokens, EndThirtySecondsAfterTheirTime) {
  std::string kept = token();
  EXPECT_TRUE(accepts(kept));
  clock_.advance(15min + 30s - 1us);
  EXPECT_TRUE(accepts(kept)) << "from the cache";
  TokenVerifier fresh(settings_, clock_);
  fresh.set_keys(KeySet({key_.public_key()}));
  EXPECT_TRUE(fresh.verify(kept));
  clock_.advance(1us);
  EXPECT_TRUE(refuses(kept)) << "from the cache";
  EXPECT_TRUE(refuses(kept)) << "no longer in the cache";
  EXPECT_FALSE(fresh.verify(kept));
}

TEST_F(Tokens, BeginThirtySecondsBeforeTheirTime) {
  auto begins = std::chrono::floor<std::chrono::seconds>(clock_.now()).time_since_epoch().count() + 60;
  std::string early = signed_by_us(header(), claims({{"nbf", std::to_string(begins)}}));
  EXPECT_TRUE(refuses(early));
  clock_.advance(30s - 1us);
  EXPECT_TRUE(refuses(early));
  clock_.advance(1us);
  EXPECT_TRUE(accepts(early));
}

TEST_F(Tokens, ThatAreNotTokensAreRefused) {
  std::string good = token();
  for (const std::string& bad : {
           std::string(),
           std::string("."),
           std::string(".."),
           std::string("..."),
           std::string("a.b.c"),
           "." + good,
           good + ".",
           good + "=",
           good + " ",
           good + ".x",
           good.substr(0, good.size() - 1),
           join("[]", claims()) + good.substr(good.rfind('.')),
           signed_by_us(header(), "[]"),
           signed_by_us(header(), "null"),
           signed_by_us(header(), claims() + "{}"),
           signed_by_us(header(), claims().substr(1)),
           signed_by_us(header() + "x", claims()),
           signed_by_us(header(), std::string(20, '[')),
       })
    EXPECT_TRUE(refuses(bad)) << bad;
}

TEST_F(Tokens, ThatSayOneThingTwiceAreRefused) {
  std::string kid = key_.public_key().id();
  EXPECT_TRUE(refuses(signed_by_us(R"({"alg":"none","alg":"ES256","typ":"at+jwt","kid":")" + kid + R"("})", claims())));
  EXPECT_TRUE(
      refuses(signed_by_us(R"({"alg":"ES256","typ":"at+jwt","kid":"x","\u006bid":")" + kid + R"("})", claims())));
  std::string twice = claims();
  twice.insert(1, R"("sub":"u2",)");
  EXPECT_TRUE(refuses(signed_by_us(header(), twice)));
}

TEST_F(Tokens, WithAnyOtherEncodingOfTheirBytesAreRefused) {
  // The encoding of 64 bytes ends with four unused bits in the last character, which must be zero.
  std::string good = token();
  ASSERT_EQ(base64url_decode(good.substr(good.rfind('.') + 1))->size(), 64U);
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string spare_bit = good;
  spare_bit.back() = alphabet[alphabet.find(good.back()) + 1];
  EXPECT_TRUE(refuses(spare_bit));
  EXPECT_TRUE(refuses(good + "=="));
}

TEST_F(Tokens, BeyondEightKibibytesAreRefused) {
  auto with_padding = [this](std::size_t size) {
    return signed_by_us(header(), claims({{"padding", '"' + std::string(size, 'x') + '"'}}));
  };
  std::size_t padding = 5'000;
  while (with_padding(padding + 3).size() <= max_token_bytes) padding += 3;
  EXPECT_TRUE(accepts(with_padding(padding)));
  EXPECT_TRUE(refuses(with_padding(padding + 3)));
}

TEST_F(Tokens, AreNeitherRefusedNorAcceptedBeforeKeysArrive) {
  TokenVerifier without_keys(settings_, clock_);
  auto answer = without_keys.verify(token());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, core::Errc::unavailable);
  EXPECT_TRUE(answer.error().retry_after);
}

TEST_F(Tokens, VerifiedBeforeEndWithARevocation) {
  std::string other_session = signed_by_us(header(), claims({{"sid", R"("s2")"}, {"sub", R"("u2")"}}));
  std::string same_user = signed_by_us(header(), claims({{"sid", R"("s3")"}}));
  for (const std::string& each : {token(), other_session, same_user}) ASSERT_TRUE(accepts(each));
  verifier_.revocations().add(
      {.number = 1, .kind = Revocation::Kind::session, .id = "s1", .expires_at = clock_.now() + 15min});
  EXPECT_TRUE(refuses(token()));
  EXPECT_TRUE(accepts(other_session));
  EXPECT_TRUE(accepts(same_user));
  verifier_.revocations().add(
      {.number = 2, .kind = Revocation::Kind::user, .id = "u1", .version = 4, .expires_at = clock_.now() + 15min});
  EXPECT_TRUE(refuses(same_user));
  EXPECT_TRUE(accepts(other_session));
}

TEST_F(Tokens, IssuedSinceTheAccountChangedOutliveItsRevocation) {
  auto of_version = [this](const std::string& version) {
    return signed_by_us(header(), claims({{"uver", version}}));  // all issued in the same second
  };
  verifier_.revocations().add(
      {.number = 1, .kind = Revocation::Kind::user, .id = "u1", .version = 5, .expires_at = clock_.now() + 15min});
  EXPECT_TRUE(refuses(of_version("4")));
  EXPECT_TRUE(accepts(of_version("5")));
  EXPECT_TRUE(accepts(of_version("6")));
  EXPECT_TRUE(refuses(of_version(""))) << "one that does not say may be as old as any";
}

TEST_F(Tokens, VerifiedBeforeEndWithTheirKey) {
  std::string old = token();
  ASSERT_TRUE(accepts(old));
  SigningKey next = SigningKey::generate();
  verifier_.set_keys(KeySet({key_.public_key(), next.public_key()}));
  EXPECT_TRUE(accepts(old));
  EXPECT_TRUE(accepts(sign_token(caller(), settings_, next)));
  verifier_.set_keys(KeySet({next.public_key()}));
  EXPECT_TRUE(refuses(old));
}

TEST_F(Tokens, AreVerifiedOnceAndThenRemembered) {
  std::string kept = token();
  auto first = verifier_.verify(kept);
  auto second = verifier_.verify(kept);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->get(), second->get());
  verifier_.set_keys(KeySet({key_.public_key()}));
  EXPECT_EQ(verifier_.verify(kept)->get(), first->get()) << "the same keys again change nothing";
}

TEST_F(Tokens, BeyondTheBoundAreForgottenAndVerifiedAgain) {
  TokenVerifier small(settings_, clock_, 4);
  small.set_keys(KeySet({key_.public_key()}));
  auto nth = [this](int n) { return signed_by_us(header(), claims({{"jti", '"' + std::to_string(n) + '"'}})); };
  std::string first = nth(0);
  std::string in_use = nth(1);
  auto first_caller = small.verify(first).value();
  auto in_use_caller = small.verify(in_use).value();
  for (int n = 2; n < 20; ++n) {
    ASSERT_TRUE(small.verify(nth(n)));
    ASSERT_EQ(small.verify(in_use).value(), in_use_caller) << "what is in use stays";
  }
  EXPECT_NE(small.verify(first).value(), first_caller);
}

TEST_F(Tokens, AreVerifiedOnManyThreadsWhileKeysAndRevocationsChange) {
  std::string kept = token();
  std::atomic<bool> done{false};
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      while (!done)
        if (!verifier_.verify(kept)) ++failed;
    });
  for (int i = 0; i < 200; ++i) {
    verifier_.set_keys(KeySet({key_.public_key(), SigningKey::generate().public_key()}));
    verifier_.revocations().add(
        {.number = i, .kind = Revocation::Kind::session, .id = "x" + std::to_string(i), .expires_at = clock_.now()});
    verifier_.revocations().forget_expired(clock_.now());
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, 0);
}

}  // namespace
}  // namespace pms::security
