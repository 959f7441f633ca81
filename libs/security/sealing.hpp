// Encryption of small secrets at rest: XChaCha20-Poly1305 with a key that Argon2id derives from the operator's secret.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace pms::security {

/// Bytes from which nothing can be read without the secret. `context` says what they are for; it is not kept with them
/// and must be the same to open them, so that one sealed text can not be put in the place of another.
/// Takes some 30 ms, as does opening.
core::Result<std::string> seal(std::string_view plain, std::string_view secret, std::string_view context);

/// Errors: invalid (another secret or context, or not sealed bytes at all); unavailable (no memory).
core::Result<std::string> unseal(std::string_view sealed, std::string_view secret, std::string_view context);

}  // namespace pms::security
