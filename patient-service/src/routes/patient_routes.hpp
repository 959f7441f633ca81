// The routes of patients: POST and GET on /patients; GET, PUT, PATCH and DELETE on /patients/{id}.
#pragma once

#include "application/create_patient.hpp"
#include "application/delete_patient.hpp"
#include "application/list_patients.hpp"
#include "application/patients.hpp"
#include "application/update_patient.hpp"
#include "clinic/calendar.hpp"
#include "rest/router.hpp"

namespace pms::patient {

/// What the routes call. Everything outlives the router.
struct UseCases {
  CreatePatient& create;
  Patients& stored;
  ListPatients& list;
  UpdatePatient& update;
  DeletePatient& remove;
  const clinic::Calendar& clinic;
};

void mount_patients(rest::Router&, UseCases);

}  // namespace pms::patient
