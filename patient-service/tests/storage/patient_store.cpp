#include "storage/patient_store.hpp"

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"
#include "migrations.hpp"
#include "runtime/engines.hpp"

namespace pms::patient {
namespace {

core::Task<core::Result<database::Rows>> query(database::Database& database, database::Statement statement,
                                               database::Params params) {
  co_return co_await database.query(statement, std::move(params), Deadline::never());
}

}  // namespace

PatientStore::PatientStore() {
  auto opened = runtime::open_database("sqlite:" + (folder_ / "patient.db").string(), {.service = "patient-service"});
  if (!opened) throw std::runtime_error(opened.error().message);
  database_ = std::move(*opened);
  if (auto migrated = database_->migrate(migrations()); !migrated) throw std::runtime_error(migrated.error().message);
  patients_.emplace(*database_, [this] { ++committed_; });
}

Patient PatientStore::patient(const std::string& name, const std::string& email) const {
  NewPatient input;
  input.name = name;
  input.email = email;
  input.address = "1 High Street";
  input.date_of_birth = core::parse_date("1985-06-15").value();
  return Patient::registered(std::move(input), core::uuid_v7().next(), clock_.now(),
                             core::parse_date("2026-01-01").value());
}

core::Result<> PatientStore::add(const Patient& patient, const IdempotencyKey* key) {
  const Change change = origin_.change(ChangeKind::created, core::uuid_v7().next(), patient.updated_at);
  return loop_.run(patients_->add(patient, change, key, Deadline::never()));
}

core::Result<Patient> PatientStore::update(const std::string& id, const PatientUpdate& update,
                                           const ExpectedVersions& expected) {
  const Change change = origin_.change(ChangeKind::updated, core::uuid_v7().next(), clock_.now());
  return loop_.run(patients_->update(id, update, change, expected, Deadline::never()));
}

core::Result<Patient> PatientStore::remove(const std::string& id, const ExpectedVersions& expected) {
  const Change change = origin_.change(ChangeKind::deleted, core::uuid_v7().next(), clock_.now());
  return loop_.run(patients_->remove(id, change, expected, Deadline::never()));
}

core::Result<Patient> PatientStore::find(const std::string& id) {
  return loop_.run(patients_->find(id, Deadline::never()));
}

std::optional<Remembered> PatientStore::remembered(const IdempotencyKey& key) {
  return loop_.run(patients_->remembered(key, clock_.now(), Deadline::never())).value();
}

std::vector<std::string> PatientStore::names(const Slice& slice) {
  const auto patients = loop_.run(patients_->list(slice, Deadline::never()));
  std::vector<std::string> names;
  for (const Patient& patient : patients.value()) names.push_back(patient.name);
  return names;
}

database::Rows PatientStore::rows(database::Statement statement, database::Params params) {
  return loop_.run(query(*database_, statement, std::move(params))).value();
}

}  // namespace pms::patient
