// Where a request comes from: who asks, in which trace, and until when an answer is useful.
#pragma once

#include <string>

#include "resilience/deadline.hpp"

namespace pms::patient {

struct Origin {
  std::string user_id;
  std::string token;  ///< the user's, to pass on to another service; never stored or logged
  std::string request_id;
  std::string traceparent;
  resilience::Deadline deadline = resilience::Deadline::never();
};

}  // namespace pms::patient
