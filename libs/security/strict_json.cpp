#include "security/strict_json.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_stack.hpp>
#include <string>
#include <vector>

namespace pms::security {
namespace {

namespace json = boost::json;
using json::error_code;
using Text = json::string_view;

constexpr std::size_t max_depth = 8;

/// Builds the value as Boost.JSON's own parser does, which lets the last of several equal names win silently.
struct Handler {
  static constexpr std::size_t max_object_size = 1'000;
  static constexpr std::size_t max_array_size = 1'000;
  static constexpr std::size_t max_key_size = 1'000;
  static constexpr std::size_t max_string_size = 64 * 1024;

  json::value_stack stack;
  std::vector<std::vector<std::string>> names;  // of each object that is open
  std::string name;

  bool on_document_begin(error_code&) {
    stack.reset();
    return true;
  }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    names.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t size, error_code&) {
    names.pop_back();
    stack.push_object(size);
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t size, error_code&) {
    stack.push_array(size);
    return true;
  }
  bool on_key_part(Text part, std::size_t, error_code&) {
    name.append(part.data(), part.size());
    stack.push_chars(part);
    return true;
  }
  bool on_key(Text part, std::size_t, error_code& error) {
    name.append(part.data(), part.size());
    stack.push_key(part);
    auto& seen = names.back();
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      error = json::error::extra_data;
      return false;
    }
    seen.push_back(std::move(name));
    name.clear();
    return true;
  }
  bool on_string_part(Text part, std::size_t, error_code&) {
    stack.push_chars(part);
    return true;
  }
  bool on_string(Text part, std::size_t, error_code&) {
    stack.push_string(part);
    return true;
  }
  bool on_number_part(Text, error_code&) { return true; }
  bool on_int64(std::int64_t value, Text, error_code&) {
    stack.push_int64(value);
    return true;
  }
  bool on_uint64(std::uint64_t value, Text, error_code&) {
    stack.push_uint64(value);
    return true;
  }
  bool on_double(double value, Text, error_code&) {
    stack.push_double(value);
    return true;
  }
  bool on_bool(bool value, error_code&) {
    stack.push_bool(value);
    return true;
  }
  bool on_null(error_code&) {
    stack.push_null();
    return true;
  }
  bool on_comment_part(Text, error_code&) { return true; }
  bool on_comment(Text, error_code&) { return true; }
};

}  // namespace

std::optional<json::object> parse_strict_object(std::string_view text) {
  json::parse_options options;
  options.max_depth = max_depth;
  json::basic_parser<Handler> parser(options);
  error_code error;
  auto used = parser.write_some(false, text.data(), text.size(), error);
  if (error || used != text.size() || !parser.done()) return std::nullopt;
  json::value value = parser.handler().stack.release();
  if (!value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

std::optional<std::string_view> text_member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr || !value->is_string() || value->get_string().empty()) return std::nullopt;
  return std::string_view(value->get_string().data(), value->get_string().size());
}

std::string serialize_text(std::string_view text) { return json::serialize(Text(text.data(), text.size())); }

}  // namespace pms::security
