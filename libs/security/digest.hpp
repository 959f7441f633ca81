// SHA-256 (FIPS 180-4).
#pragma once

#include <array>
#include <string_view>

namespace pms::security {

using Digest = std::array<char, 32>;

/// Computes the digest. It does not allocate after a thread's first call.
Digest sha256(std::string_view);

}  // namespace pms::security
