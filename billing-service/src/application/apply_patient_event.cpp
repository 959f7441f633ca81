#include "application/apply_patient_event.hpp"

namespace pms::billing {

void ApplyPatientEvent::operator()(const PatientChange& change, AccountChanges& changes) const {
  changes.apply(change, account_after(change, ids_.next(), clock_.now()));
}

}  // namespace pms::billing
