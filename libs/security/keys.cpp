// This file uses OpenSSL's EVP directly. A JOSE library would add only the parsing, which has to be
// stricter here, and would sit between the verifier and a key that is parsed once and used millions
// of times.
#include "security/keys.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <stdexcept>

#include "json/reader.hpp"
#include "json/writer.hpp"
#include "security/base64url.hpp"
#include "security/digest.hpp"

namespace pms::security {
namespace {

constexpr std::size_t coordinate_bytes = 32;
constexpr std::size_t signature_bytes = 2 * coordinate_bytes;
constexpr std::size_t point_bytes = 1 + 2 * coordinate_bytes;  // 0x04, x, y (SEC 1 section 2.3.3)
constexpr char uncompressed_point = 4;

template <auto free_function>
struct Free {
  template <class T>
  void operator()(T* pointer) const {
    free_function(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

/// Throws if an OpenSSL call failed. These calls fail only if memory or the random generator fails.
void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(what);
}

/// Returns a null key if the point is not on the curve.
Key public_key_from(std::string_view point) {
  ParameterBuilder builder(OSSL_PARAM_BLD_new());
  require(builder != nullptr &&
              OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, SN_X9_62_prime256v1, 0) == 1 &&
              OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) == 1,
          "cannot build key parameters");
  Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  require(parameters != nullptr && context != nullptr && EVP_PKEY_fromdata_init(context.get()) == 1,
          "cannot prepare a key");
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get());
  return Key(key);
}

std::string point_of(EVP_PKEY* key) {
  std::string point(point_bytes, '\0');
  std::size_t size = 0;
  require(EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, reinterpret_cast<unsigned char*>(point.data()),
                                          point.size(), &size) == 1 &&
              size == point_bytes && point[0] == uncompressed_point,
          "cannot read a public key");
  return point;
}

bool is_p256(EVP_PKEY* key) {
  std::array<char, 64> group{};
  std::size_t size = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size(), &size) == 1 &&
         std::string_view(group.data(), size) == SN_X9_62_prime256v1;
}

/// Returns the RFC 7638 thumbprint (section 3): SHA-256 of the required members in lexical order
/// without white space.
std::string thumbprint(const std::string& x, const std::string& y) {
  std::string members;
  json::Writer(members)
      .begin_object()
      .field("crv", "P-256")
      .field("kty", "EC")
      .field("x", x)
      .field("y", y)
      .end_object();
  const Digest digest = sha256(members);
  return base64url_encode({digest.data(), digest.size()});
}

}  // namespace

struct PublicKey::Data {
  std::string id;
  std::string x;  // base64url
  std::string y;
  Key key;
};

struct SigningKey::Data {
  Key key;
};

namespace {

/// Builds the public data of a key. If `id` is empty, the id is the thumbprint.
std::shared_ptr<const PublicKey::Data> public_data(Key key, std::string_view point, std::string id) {
  auto data = std::make_shared<PublicKey::Data>();
  data->x = base64url_encode(point.substr(1, coordinate_bytes));
  data->y = base64url_encode(point.substr(1 + coordinate_bytes));
  data->id = id.empty() ? thumbprint(data->x, data->y) : std::move(id);
  data->key = std::move(key);
  return data;
}

bool absent_or(const boost::json::object& jwk, std::string_view name, std::string_view value) {
  return !jwk.contains({name.data(), name.size()}) || json::text_member(jwk, name) == value;
}

/// Returns null for a key of another type, use or algorithm.
std::shared_ptr<const PublicKey::Data> parse_jwk(const boost::json::object& jwk) {
  if (json::text_member(jwk, "kty") != "EC" || json::text_member(jwk, "crv") != "P-256") return nullptr;
  if (!absent_or(jwk, "use", "sig") || !absent_or(jwk, "alg", "ES256")) return nullptr;
  auto x = base64url_decode(json::text_member(jwk, "x").value_or(""));
  auto y = base64url_decode(json::text_member(jwk, "y").value_or(""));
  if (!x || !y || x->size() != coordinate_bytes || y->size() != coordinate_bytes) return nullptr;
  std::string point = uncompressed_point + *x + *y;
  Key key = public_key_from(point);
  if (key == nullptr) return nullptr;
  return public_data(std::move(key), point, std::string(json::text_member(jwk, "kid").value_or("")));
}

}  // namespace

PublicKey::PublicKey(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
const std::string& PublicKey::id() const { return data_->id; }

std::string PublicKey::to_jwk() const {
  std::string jwk;
  json::Writer(jwk)
      .begin_object()
      .field("kty", "EC")
      .field("crv", "P-256")
      .field("x", data_->x)
      .field("y", data_->y)
      .field("kid", data_->id)
      .field("use", "sig")
      .field("alg", "ES256")
      .end_object();
  return jwk;
}

bool PublicKey::verifies(std::string_view message, std::string_view signature) const {
  if (signature.size() != signature_bytes) return false;
  Signature pair(ECDSA_SIG_new());
  Number r(BN_bin2bn(bytes_of(signature), coordinate_bytes, nullptr));
  Number s(BN_bin2bn(bytes_of(signature) + coordinate_bytes, coordinate_bytes, nullptr));
  DigestContext context(EVP_MD_CTX_new());
  if (!pair || !r || !s || !context) return false;
  if (ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return false;
  (void)r.release();  // owned by the pair now
  (void)s.release();
  std::array<unsigned char, 80> der{};  // 64 bytes of numbers, two sign bytes, three headers of two bytes
  unsigned char* end = der.data();
  int size = i2d_ECDSA_SIG(pair.get(), &end);
  return size > 0 && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, data_->key.get()) == 1 &&
         EVP_DigestVerify(context.get(), der.data(), static_cast<std::size_t>(size), bytes_of(message),
                          message.size()) == 1;
}

SigningKey::SigningKey(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

SigningKey SigningKey::generate() {
  auto data = std::make_shared<Data>();
  data->key = Key(EVP_EC_gen(SN_X9_62_prime256v1));
  require(data->key != nullptr, "cannot create a signing key");
  return SigningKey(std::move(data));
}

core::Result<SigningKey> SigningKey::from_pem(std::string_view pkcs8) {
  auto data = std::make_shared<Data>();
  Bio bio(BIO_new_mem_buf(pkcs8.data(), static_cast<int>(pkcs8.size())));
  // An empty passphrase prevents OpenSSL's default behaviour, which is to prompt on the terminal.
  char no_passphrase[] = "";
  data->key = Key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, no_passphrase));
  if (data->key == nullptr || !is_p256(data->key.get()))
    return core::fail(core::Errc::invalid, "not a P-256 private key in PKCS #8 PEM");
  return SigningKey(std::move(data));
}

std::string SigningKey::to_pem() const {
  Bio bio(BIO_new(BIO_s_secmem()));
  require(bio != nullptr &&
              PEM_write_bio_PKCS8PrivateKey(bio.get(), data_->key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "cannot write a signing key");
  char* text = nullptr;
  long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

PublicKey SigningKey::public_key() const {
  std::string point = point_of(data_->key.get());
  return PublicKey(public_data(public_key_from(point), point, ""));
}

std::string SigningKey::sign(std::string_view message) const {
  DigestContext context(EVP_MD_CTX_new());
  std::array<unsigned char, 80> der{};
  std::size_t der_size = der.size();
  require(context != nullptr &&
              EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, data_->key.get()) == 1 &&
              EVP_DigestSign(context.get(), der.data(), &der_size, bytes_of(message), message.size()) == 1,
          "cannot sign");
  const unsigned char* begin = der.data();
  Signature pair(d2i_ECDSA_SIG(nullptr, &begin, static_cast<long>(der_size)));
  std::string signature(signature_bytes, '\0');
  auto* out = reinterpret_cast<unsigned char*>(signature.data());
  require(pair != nullptr && BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out, coordinate_bytes) == coordinate_bytes &&
              BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out + coordinate_bytes, coordinate_bytes) == coordinate_bytes,
          "cannot encode a signature");
  return signature;
}

KeySet::KeySet(std::vector<PublicKey> keys) : keys_(std::move(keys)) {}

core::Result<KeySet> KeySet::parse(std::string_view jwks) {
  const auto document = json::parse_object(jwks);
  const boost::json::value* keys = document ? document->if_contains("keys") : nullptr;
  if (keys == nullptr || !keys->is_array()) return core::fail(core::Errc::invalid, "not a JWK set (RFC 7517)");
  KeySet set;
  for (const boost::json::value& jwk : keys->get_array()) {
    auto data = jwk.is_object() ? parse_jwk(jwk.get_object()) : nullptr;
    if (data != nullptr && set.find(data->id) == nullptr) set.keys_.emplace_back(std::move(data));
  }
  return set;
}

std::string KeySet::to_jwks() const {
  std::string json = R"({"keys":[)";
  for (const PublicKey& key : keys_) json += (&key == &keys_.front() ? "" : ",") + key.to_jwk();
  return json + "]}";
}

const PublicKey* KeySet::find(std::string_view id) const {
  for (const PublicKey& key : keys_)
    if (key.id() == id) return &key;
  return nullptr;
}

}  // namespace pms::security
