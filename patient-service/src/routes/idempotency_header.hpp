// The Idempotency-Key request field.
#pragma once

#include <optional>
#include <string>

#include "core/result.hpp"
#include "http/message.hpp"

namespace pms::patient {

/// The key, or nothing when there is none. Error: `invalid`: given twice, or not 1 to 255 visible
/// ASCII characters.
core::Result<std::optional<std::string>> idempotency_key(const http::Request&);

}  // namespace pms::patient
