// What is wrong with an input, collected, so that a caller learns of all of it at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace pms::core {

class Violations {
 public:
  /// Without a message nothing is wrong with the field.
  void add(std::string field, std::optional<std::string> message);
  /// `invalid` with all of them, or success. The message names each: "page: must be …; size: must be …".
  Result<> result() const;

 private:
  std::vector<FieldError> fields_;
};

}  // namespace pms::core
