#include "storage/pending_events.hpp"

#include <array>
#include <cstddef>
#include <fmt/format.h>
#include <stdexcept>
#include <string_view>

#include "storage/patient_columns.hpp"

namespace pms::patient {
namespace {

using clinic::ChangeKind;

enum Column : std::size_t { outbox_id, key, event_id, actor_id, trace_parent, change, first_of_patient };

/// In the order of ChangeKind.
constexpr std::array<std::string_view, 3> stored_kinds = {"CREATED", "UPDATED", "DELETED"};

ChangeKind kind_of(std::string_view stored) {
  for (const ChangeKind kind : {ChangeKind::created, ChangeKind::updated, ChangeKind::deleted})
    if (stored == stored_kinds.at(static_cast<std::size_t>(kind))) return kind;
  throw std::runtime_error(fmt::format("patient_history.change is {}", stored));
}

}  // namespace

const database::Statement& select_pending_events() {
  static const database::BuiltStatement statement(fmt::format(R"(
    SELECT outbox.id, outbox.key, outbox.event_id, outbox.actor_id, outbox.trace_parent, patient_history.change, {}
    FROM outbox JOIN patient_history
      ON patient_history.patient_id = outbox.key AND patient_history.version = outbox.version
    WHERE outbox.partition = $1 AND outbox.published_at IS NULL
    ORDER BY outbox.id LIMIT $2)",
                                                              columns_of_history()));
  return statement;
}

PendingEvent pending_event_of(const database::Row& row) {
  return {.patient = patient_of(row, first_of_patient),
          .kind = kind_of(row.text(change)),
          .event_id = row.text(event_id),
          .actor_id = std::string(row.text_or_empty(actor_id)),
          .trace_parent = std::string(row.text_or_empty(trace_parent))};
}

std::string stored_kind(ChangeKind kind) { return std::string(stored_kinds.at(static_cast<std::size_t>(kind))); }

}  // namespace pms::patient
