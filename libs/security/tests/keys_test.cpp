#include "security/keys.hpp"

#include <cstddef>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <string_view>

#include "security/base64url.hpp"
#include "security/digest.hpp"

namespace pms::security {
namespace {

/// The key and the signature of RFC 7515 appendix A.3.
constexpr std::string_view rfc7515_jwk =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","kid":"rfc"})";
constexpr std::string_view rfc7515_signed =
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
constexpr std::string_view rfc7515_signature =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

KeySet set_of(std::string_view jwk) { return KeySet::parse(R"({"keys":[)" + std::string(jwk) + "]}").value(); }

TEST(PublicKey, VerifiesTheExampleOfRfc7515) {
  KeySet keys = set_of(rfc7515_jwk);
  const PublicKey* key = keys.find("rfc");
  ASSERT_NE(key, nullptr);
  std::string signature = base64url_decode(rfc7515_signature).value();
  EXPECT_TRUE(key->verifies(rfc7515_signed, signature));

  std::string other_message(rfc7515_signed);
  other_message.back() = 'R';
  EXPECT_FALSE(key->verifies(other_message, signature));
  for (std::size_t i : {0U, 31U, 32U, 63U}) {
    std::string other_signature = signature;
    other_signature[i] = static_cast<char>(other_signature[i] ^ 1);
    EXPECT_FALSE(key->verifies(rfc7515_signed, other_signature)) << "bit flipped in byte " << i;
  }
}

TEST(PublicKey, RefusesSignaturesOfAnotherShape) {
  SigningKey key = SigningKey::generate();
  std::string signature = key.sign("message");
  PublicKey half = key.public_key();
  EXPECT_TRUE(half.verifies("message", signature));
  EXPECT_FALSE(half.verifies("message", signature.substr(0, 63)));
  EXPECT_FALSE(half.verifies("message", signature + '\0'));
  EXPECT_FALSE(half.verifies("message", ""));
  EXPECT_FALSE(half.verifies("message", std::string(64, '\0')));
  EXPECT_FALSE(half.verifies("message", std::string(64, '\xff')));
}

TEST(PublicKey, IsNamedByItsThumbprint) {
  // This is the key of RFC 9449 section 4.1; section 6.1 contains its RFC 7638 thumbprint.
  KeySet keys = set_of(R"({"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs",)"
                       R"("y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"})");
  EXPECT_NE(keys.find("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"), nullptr);
}

TEST(SigningKey, StaysTheSameThroughPem) {
  SigningKey key = SigningKey::generate();
  auto again = SigningKey::from_pem(key.to_pem());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->public_key().id(), key.public_key().id());
  EXPECT_TRUE(key.public_key().verifies("message", again->sign("message")));
}

TEST(SigningKey, IsNotReadFromAnythingElse) {
  EXPECT_FALSE(SigningKey::from_pem(""));
  EXPECT_FALSE(SigningKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"));
  // This is an Ed25519 key (RFC 8410 section 10.3).
  EXPECT_FALSE(SigningKey::from_pem(
      "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
      "-----END PRIVATE KEY-----\n"));
}

TEST(SigningKey, IsANewOneEachTime) {
  EXPECT_NE(SigningKey::generate().public_key().id(), SigningKey::generate().public_key().id());
}

TEST(KeySet, StaysTheSameThroughJson) {
  SigningKey first = SigningKey::generate();
  SigningKey second = SigningKey::generate();
  KeySet keys({first.public_key(), second.public_key()});
  auto again = KeySet::parse(keys.to_jwks() + "\n");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->to_jwks(), keys.to_jwks());
  ASSERT_NE(again->find(second.public_key().id()), nullptr);
  EXPECT_TRUE(again->find(second.public_key().id())->verifies("message", second.sign("message")));
  EXPECT_EQ(again->find("another"), nullptr);
  EXPECT_EQ(keys.to_jwks().find("\"d\""), std::string::npos) << "the private number must not be in it";
}

TEST(KeySet, KeepsOnlyKeysItCanUse) {
  const std::string x = R"("x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)";
  const std::string y = R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",)";
  const std::string ec = R"("kty":"EC","crv":"P-256",)";
  for (const std::string& jwk : {
           R"({"kty":"RSA","n":"AQAB","e":"AQAB","kid":"k"})" + std::string(),
           R"({"kty":"oct","k":"AAAA","kid":"k"})" + std::string(),
           R"({"kty":"EC","crv":"P-384",)" + x + y + R"("kid":"k"})",
           "{" + ec + x + y + R"("use":"enc","kid":"k"})",
           "{" + ec + x + y + R"("alg":"ES384","kid":"k"})",
           "{" + ec + x + R"("kid":"k"})",
           "{" + ec + x + R"("y":"AAAA","kid":"k"})",
           "{" + ec + x +
               R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a1","kid":"k"})",  // trailing bits that are not zero
           "{" + ec + x + R"("y":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","kid":"k"})",  // not on the curve
           std::string("7"),
       })
    EXPECT_TRUE(set_of(jwk).empty()) << jwk;
  EXPECT_FALSE(set_of("{" + ec + x + y + R"("use":"sig","alg":"ES256","kid":"k"})").empty());
}

TEST(KeySet, IsNotReadFromAnythingElse) {
  for (std::string_view text :
       {"", "null", "[]", "{}", R"({"keys":{}})", R"({"keys":[],"keys":[]})", R"({"keys":[]} x)", "<html></html>"})
    EXPECT_FALSE(KeySet::parse(text)) << text;
}

TEST(Base64url, HasOneTextForSomeBytes) {
  for (std::string_view bytes : {"", "f", "fo", "foo", "foob", "fooba", "foobar"})
    EXPECT_EQ(base64url_decode(base64url_encode(bytes)), bytes);
  EXPECT_EQ(base64url_encode("\xfb\xff"), "-_8");
  for (std::string_view text : {"Zg==", "Zh", "Zm9=", "Zm 9", "Zm9v\n", "+/8", "Z", "Zm9vY"})
    EXPECT_EQ(base64url_decode(text), std::nullopt) << text;
}

TEST(Digest, IsSha256) {
  auto digest = sha256("abc");  // FIPS 180-2 appendix B.1
  EXPECT_EQ(base64url_encode({digest.data(), digest.size()}), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
}

}  // namespace
}  // namespace pms::security
