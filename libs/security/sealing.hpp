// Encryption of small secrets at rest: XChaCha20-Poly1305 with a key that Argon2id derives from the
// operator's secret.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace pms::security {

/// Encrypts bytes so that they cannot be read without the secret. `context` names their purpose. It
/// is not stored and must be the same for decryption, so that one sealed text cannot replace
/// another. Takes about 30 ms, like decryption.
core::Result<std::string> seal(std::string_view plain, std::string_view secret, std::string_view context);

/// Decrypts sealed bytes. Errors: invalid (wrong secret or context, or not sealed bytes);
/// unavailable (not enough memory).
core::Result<std::string> unseal(std::string_view sealed, std::string_view secret, std::string_view context);

}  // namespace pms::security
