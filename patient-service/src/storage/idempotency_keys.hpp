// Deletes idempotency keys whose lifetime is over.
#pragma once

#include <cstdint>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace pms::patient {

/// Deletes the keys that expired before `now`, a thousand at once.
core::Task<core::Result<>> delete_expired_idempotency_keys(database::Database&, core::Timestamp now);

}  // namespace pms::patient
