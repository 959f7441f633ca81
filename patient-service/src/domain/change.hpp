// One change of a patient: what its history and its event record besides the patient itself.
#pragma once

#include <string>

#include "clinic/patient_event.hpp"
#include "core/clock.hpp"

namespace pms::patient {

using clinic::ChangeKind;

struct Change {
  ChangeKind kind = ChangeKind::created;
  std::string id;     ///< of the change and of its event
  std::string actor;  ///< the user's id
  std::string request_id;
  std::string traceparent;
  core::Timestamp at{};
};

}  // namespace pms::patient
