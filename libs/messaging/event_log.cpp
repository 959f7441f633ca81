#include "messaging/event_log.hpp"

#include <filesystem>
#include <fmt/format.h>

#include "messaging/embedded/embedded_log.hpp"

namespace pms::messaging {
namespace {

constexpr std::string_view embedded_scheme = "embedded:";

}  // namespace

std::optional<std::string_view> StoredRecord::header(std::string_view name) const {
  for (const auto& [key, value] : record.headers) {
    if (key == name) return value;
  }
  return std::nullopt;
}

bool is_served(std::string_view url) { return url.starts_with(embedded_scheme) && url.size() > embedded_scheme.size(); }

bool exists(std::string_view url) {
  std::error_code unreadable;
  return is_served(url) && std::filesystem::exists(url.substr(embedded_scheme.size()), unreadable);
}

core::Result<std::unique_ptr<EventLog>> open(std::string_view url) {
  if (is_served(url)) return embedded::open(url.substr(embedded_scheme.size()));
  return core::fail(core::Errc::invalid,
                    fmt::format("no event log can be opened by \"{}\": write {}", url, served_urls));
}

}  // namespace pms::messaging
