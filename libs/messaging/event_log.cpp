#include "messaging/event_log.hpp"

namespace pms::messaging {

std::optional<std::string_view> StoredRecord::header(std::string_view name) const {
  for (const auto& [key, value] : record.headers) {
    if (key == name) return value;
  }
  return std::nullopt;
}

}  // namespace pms::messaging
