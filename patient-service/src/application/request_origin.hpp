// Where a request comes from: who asks, in which trace, and until when an answer is useful.
#pragma once

#include <string>

#include "core/deadline.hpp"
#include "domain/change.hpp"

namespace pms::patient {

struct RequestOrigin {
  std::string user_id;
  std::string token;  ///< the user's, to pass on to another service; never stored or logged
  std::string request_id;
  std::string traceparent;
  core::Deadline deadline = core::Deadline::never();

  /// A change that this request makes.
  Change change(ChangeKind kind, std::string id, core::Timestamp at) const {
    return {.kind = kind,
            .id = std::move(id),
            .actor = user_id,
            .request_id = request_id,
            .traceparent = traceparent,
            .at = at};
  }
};

}  // namespace pms::patient
