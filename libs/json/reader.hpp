// Reads JSON strictly (RFC 8259): within limits, and without duplicate members, because two readers
// of a body or a token must never see two different values. All violations in the fields of a body
// are found at once, and each names its field.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace pms::json {

constexpr std::size_t max_depth = 32;
constexpr std::size_t max_members = 64;      ///< per object
constexpr std::size_t max_elements = 1'000;  ///< per array

/// Parses the text as an object. Errors: `invalid`, of the field `body` or of a duplicate key
/// (malformed with position, beyond one of the limits above, not an object, not UTF-8, lone
/// surrogate).
core::Result<boost::json::object> parse_object(std::string_view text);

/// The member when it is there and a string (of non-empty text), else nothing.
std::optional<std::string_view> text_member(const boost::json::object&, std::string_view name);

/// Reads the fields of an object and collects all violations:
///   FieldReader reader(object);
///   auto name = reader.required_text("name", clinic::check_name);
///   auto problems = reader.finish();   // also reports unknown fields
class FieldReader {
 public:
  explicit FieldReader(const boost::json::object& object) : object_(object) {}

  using TextCheck = std::function<std::optional<std::string>(std::string_view)>;
  /// Returns the text. If the member is missing, null, not a string, or fails the check, records a
  /// violation and returns an empty string.
  std::string required_text(std::string_view name, const TextCheck& check = {});
  std::optional<std::string> optional_text(std::string_view name, const TextCheck& check = {});
  std::optional<bool> optional_boolean(std::string_view name);
  std::optional<std::vector<std::string>> optional_texts(std::string_view name);
  void ignore(std::string_view name);                       ///< accepts a known read-only member
  void refuse(std::string_view name, std::string message);  ///< adds a violation found by the caller
  /// Returns `invalid` with every violation, or success.
  core::Result<> finish();

 private:
  const boost::json::object& object_;
  std::vector<std::string> seen_;
  std::vector<core::FieldError> violations_;
};

}  // namespace pms::json
