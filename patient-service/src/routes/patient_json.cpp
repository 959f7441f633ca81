#include "routes/patient_json.hpp"

#include <array>
#include <expected>
#include <optional>

#include "clinic/person_rules.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

namespace pms::patient {
namespace {

void write_text_or_null(json::Writer& json, std::string_view name, const std::optional<std::string>& text) {
  json.key(name);
  if (text) {
    json.text(*text);
  } else {
    json.null();
  }
}

/// The fields of a patient, inside an object that is open.
void write_fields(json::Writer& json, const Patient& patient) {
  json.field("id", patient.id).field("name", patient.name);
  write_text_or_null(json, "email", patient.email);
  write_text_or_null(json, "address", patient.address);
  write_text_or_null(json, "dateOfBirth", patient.date_of_birth.transform(core::format_date));
  json.field("registeredDate", core::format_date(patient.registered_date)).field("version", patient.version);
  json.field("createdAt", core::format_timestamp(patient.created_at));
  json.field("updatedAt", core::format_timestamp(patient.updated_at));
}

constexpr std::array read_only_fields = {"id", "version", "createdAt", "updatedAt", "billingAccount"};

json::FieldReader::TextCheck born_until(core::Date today) {
  return [today](std::string_view text) { return clinic::check_birth_date(text, today); };
}

std::optional<core::Date> date_of(const std::optional<std::string>& checked) {
  return checked ? core::parse_date(*checked) : std::nullopt;
}

std::string_view to_string(BillingAccount::Status status) {
  switch (status) {
    case BillingAccount::Status::active:
      return "ACTIVE";
    case BillingAccount::Status::closed:
      return "CLOSED";
    case BillingAccount::Status::pending:
      return "PENDING";
  }
  return "";
}

}  // namespace

core::Result<NewPatient> read_new_patient(std::string_view body, core::Date today) {
  const auto object = json::parse_object(body);
  if (!object) return std::unexpected(object.error());

  json::FieldReader reader(*object);
  NewPatient patient;
  patient.name = reader.required_text("name", clinic::check_name);
  patient.email = reader.required_text("email", clinic::check_email);
  patient.address = reader.required_text("address", clinic::check_address);
  const auto born = reader.required_text("dateOfBirth", born_until(today));
  const auto registered = reader.optional_text("registeredDate", check_date);
  for (const char* read_only : read_only_fields) reader.ignore(read_only);
  if (auto read = reader.finish(); !read) return std::unexpected(std::move(read.error()));

  patient.date_of_birth = core::parse_date(born).value();
  patient.registered_date = date_of(registered);
  return patient;
}

core::Result<PatientUpdate> read_whole_patient(std::string_view body, core::Date today) {
  auto patient = read_new_patient(body, today);
  if (!patient) return std::unexpected(std::move(patient.error()));
  PatientUpdate update;
  update.name = std::move(patient->name);
  update.email = std::move(patient->email);
  update.address = std::move(patient->address);
  update.date_of_birth = patient->date_of_birth;
  update.registered_date = patient->registered_date;
  return update;
}

core::Result<PatientUpdate> read_merge_patch(std::string_view body, core::Date today) {
  const auto object = json::parse_object(body);
  if (!object) return std::unexpected(object.error());

  json::FieldReader reader(*object);
  const auto text = [&](std::string_view name, const json::FieldReader::TextCheck& check) {
    const auto* value = object->if_contains(name);
    if (value && value->is_null()) reader.refuse(name, "must be a string: null would remove it, and it is required");
    return reader.optional_text(name, check);
  };
  PatientUpdate update;
  update.name = text("name", clinic::check_name);
  update.email = text("email", clinic::check_email);
  update.address = text("address", clinic::check_address);
  update.date_of_birth = date_of(text("dateOfBirth", born_until(today)));
  update.registered_date = date_of(text("registeredDate", check_date));
  for (const char* read_only : read_only_fields) reader.ignore(read_only);
  if (auto read = reader.finish(); !read) return std::unexpected(std::move(read.error()));
  return update;
}

std::string to_json(const Patient& patient) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  write_fields(json, patient);
  json.end_object();
  return out;
}

std::string to_json(const Registered& registered) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  write_fields(json, registered.patient);
  json.key("billingAccount").begin_object();
  if (!registered.account.id.empty()) json.field("id", registered.account.id);
  json.field("status", to_string(registered.account.status)).end_object();
  json.end_object();
  return out;
}

std::string to_json(const PatientPage& page, const ListRequest& request) {
  std::string out;
  json::Writer json(out);
  json.begin_object().key("patients").begin_array();
  for (const Patient& patient : page.patients) {
    json.begin_object();
    write_fields(json, patient);
    json.end_object();
  }
  json.end_array();
  json.field("page", request.page).field("size", request.size);
  json.field("totalPages", (page.total + request.size - 1) / request.size).field("totalElements", page.total);
  if (page.total_is_lower_bound) json.key("totalElementsIsLowerBound").boolean(true);
  json.end_object();
  return out;
}

}  // namespace pms::patient
