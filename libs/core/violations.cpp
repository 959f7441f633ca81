#include "core/violations.hpp"

#include <expected>
#include <fmt/format.h>

namespace pms::core {

void Violations::add(std::string field, std::optional<std::string> message) {
  if (message) fields_.push_back({std::move(field), std::move(*message)});
}

Result<> Violations::result() const {
  if (fields_.empty()) return {};
  std::string sentence;
  for (const auto& [field, message] : fields_)
    sentence += fmt::format("{}{}: {}", sentence.empty() ? "" : "; ", field, message);
  return std::unexpected(Error{.code = Errc::invalid, .message = std::move(sentence), .fields = fields_});
}

}  // namespace pms::core
