// Reading JSON bodies strictly (RFC 8259): every violation at once, each naming its field.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "http/message.hpp"

namespace pms::http {

/// The body as an object. Errors: 415 is not an Errc, so a wrong media type is checked by `check_media_type` first;
/// `invalid` (malformed with position, deeper than 32, duplicate key naming it, not an object, not UTF-8, lone
/// surrogate).
core::Result<boost::json::object> parse_object(std::string_view body);

/// Nothing, or the 415 problem. `accepted` as "application/json"; parameters (charset) are ignored.
std::optional<Response> check_media_type(const Request&, std::initializer_list<std::string_view> accepted);

/// Takes fields out of an object and collects what is wrong:
///   FieldReader reader(object);
///   auto name = reader.required_text("name", core::check_name);
///   auto problems = reader.finish();   // also names the fields nobody asked for
class FieldReader {
 public:
  explicit FieldReader(const boost::json::object& object) : object_(object) {}

  using TextCheck = std::function<std::optional<std::string>(std::string_view)>;
  /// Missing, null, not a string, or refused by the check: noted, and empty text returned.
  std::string required_text(std::string_view name, const TextCheck& check = {});
  std::optional<std::string> optional_text(std::string_view name, const TextCheck& check = {});
  std::optional<bool> optional_boolean(std::string_view name);
  std::optional<std::vector<std::string>> optional_texts(std::string_view name);
  void ignore(std::string_view name);                       ///< known and read-only
  void refuse(std::string_view name, std::string message);  ///< a violation found by the caller
  /// `invalid` with every violation, or success.
  core::Result<> finish();

 private:
  const boost::json::object& object_;
  std::vector<std::string> seen_;
  std::vector<core::FieldError> violations_;
};

/// Writes JSON without a document tree: `{"id":"…","version":3}`. Strings are escaped; UTF-8 stays as it is.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view);
  JsonWriter& text(std::string_view);
  JsonWriter& integer(std::int64_t);
  JsonWriter& boolean(bool);
  JsonWriter& null();
  JsonWriter& field(std::string_view name, std::string_view value) { return key(name).text(value); }
  JsonWriter& field(std::string_view name, std::int64_t value) { return key(name).integer(value); }

 private:
  void separate();
  std::string& out_;
  bool first_ = true;
};

}  // namespace pms::http
