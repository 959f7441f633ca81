// The rules for a person's fields: what the API accepts, and the sentence that says so.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/time.hpp"

namespace pms::clinic {

/// Each function returns the rule that the value breaks, or nothing if the value is valid.
std::optional<std::string> check_name(std::string_view);     ///< 1–100 characters, not blank, no control characters
std::optional<std::string> check_address(std::string_view);  ///< 1–500 characters, not blank, no control characters
/// At most 254 bytes, local@domain (RFC 5321, section 4.1.2, without quoting or literals; UTF-8 as
/// in RFC 6531).
std::optional<std::string> check_email(std::string_view);
std::optional<std::string> check_birth_date(std::string_view, core::Date today);  ///< ISO 8601; 1850-01-01 to today

}  // namespace pms::clinic
