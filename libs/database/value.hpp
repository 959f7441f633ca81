// Values: the parameters of statements and the columns of rows.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/clock.hpp"
#include "core/time.hpp"

namespace pms::database {

struct Blob {
  std::string bytes;
  bool operator==(const Blob&) const = default;
};

struct Null {
  bool operator==(const Null&) const = default;
};

/// Text is UTF-8. columns.hpp says how times, dates and booleans are stored.
using Value = std::variant<Null, std::int64_t, double, std::string, Blob>;

/// The parameters of a statement: $1 is params[0].
using Params = std::vector<Value>;

/// One row. Reading a column as a type that it does not have is a defect: it throws
/// std::bad_variant_access.
class Row {
 public:
  explicit Row(std::vector<Value> values) : values_(std::move(values)) {}
  std::size_t size() const { return values_.size(); }
  bool is_null(std::size_t column) const { return std::holds_alternative<Null>(values_.at(column)); }
  std::int64_t integer(std::size_t column) const { return std::get<std::int64_t>(values_.at(column)); }
  double real(std::size_t column) const { return std::get<double>(values_.at(column)); }
  const std::string& text(std::size_t column) const { return std::get<std::string>(values_.at(column)); }
  /// Returns the text, or empty if the column is NULL.
  std::string_view text_or_empty(std::size_t column) const {
    return is_null(column) ? std::string_view() : text(column);
  }
  std::optional<std::string> optional_text(std::size_t column) const {
    return is_null(column) ? std::nullopt : std::optional(text(column));
  }
  bool boolean(std::size_t column) const { return integer(column) != 0; }
  core::Timestamp time(std::size_t column) const { return core::Timestamp(std::chrono::microseconds(integer(column))); }
  std::optional<core::Timestamp> optional_time(std::size_t column) const {
    return is_null(column) ? std::nullopt : std::optional(time(column));
  }
  /// Throws std::bad_optional_access unless the text is a date.
  core::Date date(std::size_t column) const { return core::parse_date(text(column)).value(); }
  std::optional<core::Date> optional_date(std::size_t column) const {
    return is_null(column) ? std::nullopt : std::optional(date(column));
  }
  const std::string& blob(std::size_t column) const { return std::get<Blob>(values_.at(column)).bytes; }
  const Value& value(std::size_t column) const { return values_.at(column); }

 private:
  std::vector<Value> values_;
};

using Rows = std::vector<Row>;

}  // namespace pms::database
