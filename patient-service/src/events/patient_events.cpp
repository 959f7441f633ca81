#include "events/patient_events.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/result.hpp"
#include "core/time.hpp"
#include "patient/v1/patient_event.pb.h"

namespace pms::patient {
namespace {

constexpr database::Statement pending(R"(
  SELECT outbox.id, outbox.key, outbox.event_id, outbox.actor_id, outbox.trace_parent,
         history.change, history.version, history.occurred_at, history.name, history.email, history.date_of_birth,
         history.registered_date
  FROM outbox JOIN patient_history AS history ON history.patient_id = outbox.key AND history.version = outbox.version
  WHERE outbox.partition = $1 AND outbox.published_at IS NULL
  ORDER BY outbox.id LIMIT $2)");

enum Column : std::size_t {
  outbox_id,
  key,
  event_id,
  actor_id,
  trace_parent,
  change,
  version,
  occurred_at,
  name,
  email,
  date_of_birth,
  registered_date
};

std::string event_type(const database::Row& row) { return "PATIENT_" + row.text(change); }

::patient::v1::PatientEvent event_of(const database::Row& row) {
  ::patient::v1::PatientEvent event;
  event.set_patientid(row.text(key));
  event.set_name(row.text(name));
  event.set_email(std::string(row.text_or_empty(email)));
  event.set_event_type(event_type(row));
  event.set_event_id(row.text(event_id));
  const std::int64_t microseconds = row.integer(occurred_at);
  event.mutable_occurred_at()->set_seconds(microseconds / 1'000'000);
  event.mutable_occurred_at()->set_nanos(static_cast<std::int32_t>(microseconds % 1'000'000 * 1'000));
  event.set_version(row.integer(version));
  event.set_date_of_birth(std::string(row.text_or_empty(date_of_birth)));
  event.set_registered_date(row.text(registered_date));
  event.set_actor_id(std::string(row.text_or_empty(actor_id)));
  return event;
}

core::Result<messaging::Record> encode(const database::Row& row) {
  messaging::Record record;
  record.key = row.text(key);
  record.value = event_of(row).SerializeAsString();
  const core::Timestamp time{std::chrono::microseconds(row.integer(occurred_at))};
  record.headers = {{"ce_specversion", "1.0"},
                    {"ce_id", row.text(event_id)},
                    {"ce_type", event_type(row)},
                    {"ce_source", "/patient-service"},
                    {"ce_time", core::format_timestamp(time)},
                    {"content-type", "application/protobuf"}};
  if (const auto trace = row.text_or_empty(trace_parent); !trace.empty())
    record.headers.emplace_back("traceparent", trace);
  return record;
}

}  // namespace

messaging::OutboxSource patient_events() {
  return {.service = "patient-service", .topic = std::string(patient_topic), .pending = pending, .encode = encode};
}

}  // namespace pms::patient
