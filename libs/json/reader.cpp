#include "json/reader.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <fmt/format.h>
#include <utility>

namespace pms::json {
namespace {

/// Limits the size of the response to a body that contains only mistakes.
constexpr std::size_t max_violations = 50;
constexpr std::size_t max_shown_name_bytes = 100;

/// Returns a name from the body, truncated for use in a response.
std::string shown(std::string_view name) {
  if (name.size() <= max_shown_name_bytes) return std::string(name);
  std::size_t end = max_shown_name_bytes;
  while ((static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;  // never cut inside a character
  return std::string(name.substr(0, end)) + "…";
}

/// Builds the value and remembers the names in each open object: Boost.JSON's own parser lets the
/// last of equal names win. Objects are small, so comparing the names one by one is faster than
/// hashing them.
struct StrictHandler {
  static constexpr std::size_t max_object_size = max_members;
  static constexpr std::size_t max_array_size = max_elements;
  static constexpr std::size_t max_string_size = boost::json::string::max_size();
  static constexpr std::size_t max_key_size = boost::json::string::max_size();
  using error_code = boost::json::error_code;
  using Text = boost::json::string_view;

  boost::json::value_stack values;
  std::vector<std::vector<std::string>> open_objects;
  std::string key;
  std::optional<std::string> duplicate;

  StrictHandler() { values.reset(); }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    open_objects.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t size, error_code&) {
    open_objects.pop_back();
    values.push_object(size);
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t size, error_code&) {
    values.push_array(size);
    return true;
  }
  bool on_key_part(Text part, std::size_t, error_code&) {
    key.append(part.data(), part.size());
    values.push_chars(part);
    return true;
  }
  bool on_key(Text rest, std::size_t, error_code& error) {
    key.append(rest.data(), rest.size());
    values.push_key(rest);
    auto& names = open_objects.back();
    if (std::ranges::find(names, key) != names.end()) {
      duplicate = key;
      error = boost::json::error::syntax;
      return false;
    }
    names.push_back(std::exchange(key, {}));
    return true;
  }
  bool on_string_part(Text part, std::size_t, error_code&) {
    values.push_chars(part);
    return true;
  }
  bool on_string(Text rest, std::size_t, error_code&) {
    values.push_string(rest);
    return true;
  }
  bool on_number_part(Text, error_code&) { return true; }
  bool on_int64(std::int64_t number, Text, error_code&) {
    values.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, Text, error_code&) {
    values.push_uint64(number);
    return true;
  }
  bool on_double(double number, Text, error_code&) {
    values.push_double(number);
    return true;
  }
  bool on_bool(bool value, error_code&) {
    values.push_bool(value);
    return true;
  }
  bool on_null(error_code&) {
    values.push_null();
    return true;
  }
  bool on_comment_part(Text, error_code&) { return true; }
  bool on_comment(Text, error_code&) { return true; }
};

std::unexpected<core::Error> malformed(boost::json::error_code failure, std::size_t position) {
  if (failure == boost::json::error::too_deep)
    return core::fail_field("body", fmt::format("must not be nested more than {} levels deep", max_depth));
  if (failure == boost::json::error::object_too_large)
    return core::fail_field("body", fmt::format("must not have more than {} members in an object", max_members));
  if (failure == boost::json::error::array_too_large)
    return core::fail_field("body", fmt::format("must not have more than {} elements in an array", max_elements));
  if (failure == boost::json::error::incomplete)
    return core::fail_field("body", "must be a complete JSON object; it is truncated");
  return core::fail_field("body", fmt::format("must be JSON: {} at byte {}", failure.message(), position));
}

}  // namespace

core::Result<boost::json::object> parse_object(std::string_view body) {
  if (body.empty()) return core::fail_field("body", "must be a JSON object; it is empty");
  boost::json::parse_options options;
  options.max_depth = max_depth;
  boost::json::basic_parser<StrictHandler> parser(options);
  boost::json::error_code failure;
  const std::size_t used = parser.write_some(false, body.data(), body.size(), failure);
  StrictHandler& handler = parser.handler();
  if (handler.duplicate) return core::fail_field(shown(*handler.duplicate), "must be given once");
  if (failure) return malformed(failure, used);
  if (used < body.size()) return malformed(boost::json::error::extra_data, used);
  boost::json::value value = handler.values.release();
  if (!value.is_object()) return core::fail_field("body", "must be a JSON object");
  return std::move(value.get_object());
}

std::optional<std::string_view> text_member(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr || !value->is_string() || value->get_string().empty()) return std::nullopt;
  return std::string_view(value->get_string().data(), value->get_string().size());
}

std::string FieldReader::required_text(std::string_view name, const TextCheck& check) {
  if (!object_.if_contains(name)) {
    seen_.emplace_back(name);
    refuse(name, "is required");
    return {};
  }
  const std::size_t before = violations_.size();
  auto text = optional_text(name, check);
  if (!text && violations_.size() == before) refuse(name, "must be a string, not null");
  return std::move(text).value_or(std::string());
}

std::optional<std::string> FieldReader::optional_text(std::string_view name, const TextCheck& check) {
  seen_.emplace_back(name);
  const boost::json::value* value = object_.if_contains(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (!value->is_string()) {
    refuse(name, "must be a string");
    return std::nullopt;
  }
  std::string text(value->get_string());
  if (check) {
    if (auto wrong = check(text)) {
      refuse(name, std::move(*wrong));
      return std::nullopt;
    }
  }
  return text;
}

std::optional<bool> FieldReader::optional_boolean(std::string_view name) {
  seen_.emplace_back(name);
  const boost::json::value* value = object_.if_contains(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  refuse(name, "must be true or false");
  return std::nullopt;
}

std::optional<std::vector<std::string>> FieldReader::optional_texts(std::string_view name) {
  seen_.emplace_back(name);
  const boost::json::value* value = object_.if_contains(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  std::vector<std::string> texts;
  if (const boost::json::array* members = value->if_array())
    for (const boost::json::value& member : *members)
      if (member.is_string()) texts.emplace_back(member.get_string());
  if (value->is_array() && texts.size() == value->get_array().size()) return texts;
  refuse(name, "must be a list of strings");
  return std::nullopt;
}

void FieldReader::ignore(std::string_view name) { seen_.emplace_back(name); }

void FieldReader::refuse(std::string_view name, std::string message) {
  violations_.push_back({std::string(name), std::move(message)});
}

core::Result<> FieldReader::finish() {
  for (const auto& member : object_) {
    if (violations_.size() >= max_violations) break;
    const std::string_view name(member.key().data(), member.key().size());
    if (std::ranges::find(seen_, name) == seen_.end()) refuse(shown(name), "is not a known field");
  }
  if (violations_.empty()) return {};
  std::string message = violations_.size() == 1 ? violations_.front().field + ": " + violations_.front().message
                                                : fmt::format("{} fields are invalid", violations_.size());
  return std::unexpected(
      core::Error{.code = core::Errc::invalid, .message = std::move(message), .fields = std::move(violations_)});
}

}  // namespace pms::json
