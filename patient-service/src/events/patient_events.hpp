// The events that tell other services of changes: what an outbox row and its history row become on topic `patient`.
#pragma once

#include <string_view>

#include "messaging/outbox.hpp"

namespace pms::patient {

constexpr std::string_view patient_topic = "patient";

/// How the outbox relay reads a change and makes its PatientEvent (protobuf, with CloudEvents headers in binary mode).
messaging::OutboxSource patient_events();

}  // namespace pms::patient
