#include "messaging/event_log.hpp"

#include <fmt/format.h>

#include "messaging/embedded/embedded_log.hpp"

namespace pms::messaging {

std::optional<std::string_view> StoredRecord::header(std::string_view name) const {
  for (const auto& [key, value] : record.headers) {
    if (key == name) return value;
  }
  return std::nullopt;
}

core::Result<std::unique_ptr<EventLog>> open(std::string_view url) {
  constexpr std::string_view embedded_scheme = "embedded:";
  if (url.starts_with(embedded_scheme) && url.size() > embedded_scheme.size()) {
    return embedded::open(url.substr(embedded_scheme.size()));
  }
  return core::fail(core::Errc::invalid, fmt::format("no event log is served by '{}': use embedded:PATH", url));
}

}  // namespace pms::messaging
