// The types a property can have: how each is written, read and named to an operator.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/schema.hpp"

namespace pms::config {

/// For each type: `type` as in Property, `wanted` in words that follow "must be", `parse`, `text`
/// as in the file.
template <class T>
struct Value;

template <>
struct Value<std::string> {
  static constexpr std::string_view type = "text";
  static std::string wanted() { return {}; }
  static std::optional<std::string> parse(std::string_view text) { return std::string(text); }
  static std::string text(const std::string& value) { return value; }
};

template <>
struct Value<Secret> {
  static constexpr std::string_view type = "secret";
  static std::string wanted() { return {}; }
  static std::optional<Secret> parse(std::string_view text) { return Secret{std::string(text)}; }
  static std::string text(const Secret&) { return {}; }
};

template <>
struct Value<bool> {
  static constexpr std::string_view type = "boolean";
  static std::string wanted() { return "true or false"; }
  static std::optional<bool> parse(std::string_view text);
  static std::string text(bool value) { return value ? "true" : "false"; }
};

template <>
struct Value<std::chrono::milliseconds> {
  static constexpr std::string_view type = "duration";
  static std::string wanted() { return "a duration such as 250ms, 5s, 15m, 24h or 7d"; }
  static std::optional<std::chrono::milliseconds> parse(std::string_view text);
  static std::string text(std::chrono::milliseconds value) { return format_duration(value); }
};

/// Commas part the elements; white space around them and empty elements are dropped.
template <>
struct Value<std::vector<std::string>> {
  static constexpr std::string_view type = "list";
  static std::string wanted() { return "a list"; }
  static std::optional<std::vector<std::string>> parse(std::string_view text);
  static std::string text(const std::vector<std::string>& value);
};

/// std::int64_t, std::uint16_t, std::uint32_t.
template <class T>
struct IntegerValue {
  static constexpr std::string_view type = "integer";
  static std::string wanted() { return "an integer"; }
  static std::optional<T> parse(std::string_view text);
  static std::string text(T value) { return std::to_string(value); }
};
template <>
struct Value<std::int64_t> : IntegerValue<std::int64_t> {};
template <>
struct Value<std::uint16_t> : IntegerValue<std::uint16_t> {};
template <>
struct Value<std::uint32_t> : IntegerValue<std::uint32_t> {};

}  // namespace pms::config
