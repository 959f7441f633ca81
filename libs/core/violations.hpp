// Collects everything that is wrong with an input, so that the caller can report it all at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace pms::core {

class Violations {
 public:
  /// Does nothing if there is no message: the field is valid.
  void add(std::string field, std::optional<std::string> message);
  /// Returns `invalid` with all violations, or success. The message names each: "page: must be …;
  /// size: must be …".
  Result<> result() const;

 private:
  std::vector<FieldError> fields_;
};

}  // namespace pms::core
