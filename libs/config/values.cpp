#include "config/values.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include "core/result.hpp"

namespace pms::config {
namespace {

using std::chrono::milliseconds;

struct Unit {
  std::string_view name;
  milliseconds length;
};

/// From the largest to the smallest.
constexpr Unit units[] = {{"d", std::chrono::days{1}},
                          {"h", std::chrono::hours{1}},
                          {"m", std::chrono::minutes{1}},
                          {"s", std::chrono::seconds{1}},
                          {"ms", milliseconds{1}}};

/// The whole text as a number.
template <class T>
std::optional<T> parse_integer(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

}  // namespace

template <class T>
std::optional<T> IntegerValue<T>::parse(std::string_view text) {
  return parse_integer<T>(text);
}

template struct IntegerValue<std::int64_t>;
template struct IntegerValue<std::uint16_t>;
template struct IntegerValue<std::uint32_t>;

std::optional<bool> Value<bool>::parse(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<milliseconds> Value<milliseconds>::parse(std::string_view text) {
  if (text == "0") return milliseconds{0};
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_integer<milliseconds::rep>(text.substr(0, digits));
  if (!number) return std::nullopt;
  for (const auto& [name, length] : units)
    if (name == text.substr(digits) && *number <= milliseconds::max() / length) return *number * length;
  return std::nullopt;
}

std::optional<std::vector<std::string>> Value<std::vector<std::string>>::parse(std::string_view text) {
  std::vector<std::string> elements;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (const auto element = trimmed(text.substr(0, comma)); !element.empty()) elements.emplace_back(element);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return elements;
}

std::string Value<std::vector<std::string>>::text(const std::vector<std::string>& value) {
  std::string joined;
  for (const std::string& element : value) joined += (joined.empty() ? "" : ",") + element;
  return joined;
}

core::Result<milliseconds> parse_duration(std::string_view text) {
  const auto value = Value<milliseconds>::parse(text);
  if (!value) return core::fail(core::Errc::invalid, "must be " + Value<milliseconds>::wanted());
  return *value;
}

std::string format_duration(milliseconds span) {
  if (span == milliseconds{0}) return "0";
  for (const auto& [name, length] : units)
    if (span % length == milliseconds{0}) return std::to_string(span / length).append(name);
  return {};  // not reached: every span is whole milliseconds
}

}  // namespace pms::config
