// One change of a patient: what the history and the event tell about it beside the patient itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"

namespace pms::patient {

enum class ChangeKind : std::uint8_t { created, updated, deleted };

struct Change {
  ChangeKind kind = ChangeKind::created;
  std::string id;     ///< of the change and of its event
  std::string actor;  ///< the user's id
  std::string request_id;
  std::string traceparent;
  core::Timestamp at{};
};

/// CREATED, UPDATED, DELETED: as stored.
constexpr std::string_view to_string(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::created:
      return "CREATED";
    case ChangeKind::updated:
      return "UPDATED";
    case ChangeKind::deleted:
      return "DELETED";
  }
  return "";
}

}  // namespace pms::patient
