#include "application/apply_patient_event.hpp"

namespace pms::billing {

void ApplyPatientEvent::operator()(const PatientChange& change, AccountChanges& changes) const {
  changes.bring_up_to(account_after(change, ids_.next(), clock_.now()));
}

}  // namespace pms::billing
