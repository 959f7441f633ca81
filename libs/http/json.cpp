#include "http/json.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <unordered_set>

#include "http/characters.hpp"
#include "http/problem.hpp"

namespace pms::http {
namespace {

namespace json = boost::json;

constexpr std::size_t max_depth = 32;
/// A body of nothing but mistakes gets an answer of bounded size.
constexpr std::size_t max_violations = 50;
constexpr std::size_t max_shown_name_bytes = 100;

/// A name from the body, as it is repeated in an answer.
std::string shown(std::string_view name) {
  if (name.size() <= max_shown_name_bytes) return std::string(name);
  std::size_t end = max_shown_name_bytes;
  while ((static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;  // not inside a character
  return std::string(name.substr(0, end)) + "…";
}

/// Builds the value and remembers the keys of each open object: Boost.JSON by itself lets the last of equal keys win.
struct StrictHandler {
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  using error_code = json::error_code;

  json::value_stack values;
  std::vector<std::unordered_set<std::string>> open_objects;
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
  bool on_key_part(json::string_view part, std::size_t, error_code&) {
    key.append(part.data(), part.size());
    values.push_chars(part);
    return true;
  }
  bool on_key(json::string_view rest, std::size_t, error_code& ec) {
    key.append(rest.data(), rest.size());
    values.push_key(rest);
    if (!open_objects.back().insert(key).second) {
      duplicate = key;
      ec = json::error::syntax;
      return false;
    }
    key.clear();
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, error_code&) {
    values.push_chars(part);
    return true;
  }
  bool on_string(json::string_view rest, std::size_t, error_code&) {
    values.push_string(rest);
    return true;
  }
  bool on_number_part(json::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, error_code&) {
    values.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view, error_code&) {
    values.push_uint64(number);
    return true;
  }
  bool on_double(double number, json::string_view, error_code&) {
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
  bool on_comment_part(json::string_view, error_code&) { return true; }
  bool on_comment(json::string_view, error_code&) { return true; }
};

std::unexpected<core::Error> malformed(json::error_code failure, std::size_t position) {
  if (failure == json::error::too_deep)
    return core::fail_field("body", fmt::format("must not be nested deeper than {}", max_depth));
  if (failure == json::error::incomplete)
    return core::fail_field("body", "must be a whole JSON object; it ends too soon");
  return core::fail_field("body", fmt::format("must be JSON: {} at byte {}", failure.message(), position));
}

}  // namespace

core::Result<json::object> parse_object(std::string_view body) {
  if (body.empty()) return core::fail_field("body", "must be a JSON object; it is empty");
  json::parse_options options;
  options.max_depth = max_depth;
  json::basic_parser<StrictHandler> parser(options);
  json::error_code failure;
  const std::size_t used = parser.write_some(false, body.data(), body.size(), failure);
  StrictHandler& handler = parser.handler();
  if (handler.duplicate) return core::fail_field(shown(*handler.duplicate), "must be given once");
  if (failure) return malformed(failure, used);
  if (used < body.size()) return malformed(json::error::extra_data, used);
  json::value value = handler.values.release();
  if (!value.is_object()) return core::fail_field("body", "must be a JSON object");
  return std::move(value.get_object());
}

std::optional<Response> check_media_type(const Request& request, std::initializer_list<std::string_view> accepted) {
  std::string_view type = request.header("Content-Type");
  type = type.substr(0, type.find(';'));
  type = type.substr(0, type.find_last_not_of(" \t") + 1);
  for (std::string_view known : accepted)
    if (equals_ignoring_case(type, known)) return std::nullopt;
  return problem(415, fmt::format("Content-Type must be {}", fmt::join(accepted, " or ")), request);
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
  const json::value* value = object_.if_contains(name);
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
  const json::value* value = object_.if_contains(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  refuse(name, "must be true or false");
  return std::nullopt;
}

std::optional<std::vector<std::string>> FieldReader::optional_texts(std::string_view name) {
  seen_.emplace_back(name);
  const json::value* value = object_.if_contains(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  std::vector<std::string> texts;
  if (const json::array* members = value->if_array())
    for (const json::value& member : *members)
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
                                                : fmt::format("{} fields are wrong", violations_.size());
  return std::unexpected(
      core::Error{.code = core::Errc::invalid, .message = std::move(message), .fields = std::move(violations_)});
}

}  // namespace pms::http
