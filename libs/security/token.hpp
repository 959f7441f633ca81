// Access tokens and their verifier, for files that use both.
#pragma once

#include "security/access_token.hpp"    // IWYU pragma: export
#include "security/token_verifier.hpp"  // IWYU pragma: export
