// Changes whose events wait in the outbox.
#pragma once

#include <string>

#include "clinic/patient_event.hpp"
#include "database/database.hpp"
#include "domain/patient.hpp"

namespace pms::patient {

/// A change of which the event is not published yet.
struct PendingEvent {
  Patient patient;  ///< after the change
  clinic::ChangeKind kind = clinic::ChangeKind::created;
  std::string event_id;
  std::string actor_id;      ///< empty if there is none
  std::string trace_parent;  ///< empty if there is none
};

/// Reads the pending rows of one outbox partition in their order: $1 partition, $2 limit. The first
/// columns are the outbox row's id and key, as messaging::OutboxSource wants them.
const database::Statement& select_pending_events();

PendingEvent pending_event_of(const database::Row&);

/// CREATED, UPDATED or DELETED, as the history stores it.
std::string stored_kind(clinic::ChangeKind);

}  // namespace pms::patient
