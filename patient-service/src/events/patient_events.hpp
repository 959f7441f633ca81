// The events that inform other services of changes: what a pending change becomes on topic
// `patient`.
#pragma once

#include "clinic/patient_event.hpp"
#include "messaging/outbox.hpp"

namespace pms::patient {

using clinic::patient_topic;

/// How the outbox relay reads a change and writes its PatientEvent (protobuf, with CloudEvents
/// headers in binary mode).
messaging::OutboxSource patient_events();

}  // namespace pms::patient
