#include "core/time.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace pms::core {
namespace {

using namespace std::chrono;

constexpr Timestamp first_moment = sys_days{year{1} / 1 / 1};
constexpr Timestamp last_moment = sys_days{year{9999} / 12 / 31} + days{1} - microseconds{1};

void write_digits(char* out, std::int64_t value, int digits) {
  for (int i = digits - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
}

void write_date(char* out, Date date) {
  write_digits(out, int{date.year()}, 4);
  write_digits(out + 5, unsigned{date.month()}, 2);
  write_digits(out + 8, unsigned{date.day()}, 2);
}

/// A cursor over the text. After the first mismatch, every further read fails.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  /// Reads exactly `digits` decimal digits as a number up to `high`.
  int number(std::size_t digits, int high) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) value = value * 10 + digit();
    if (value > high) ok_ = false;
    return value;
  }
  void expect(char wanted) {
    if (!take(wanted)) ok_ = false;
  }
  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Reads one to nine digits of a fraction of a second, truncated to microseconds.
  microseconds fraction() {
    std::int64_t value = digit();
    int digits = 1;
    for (; digits < 9 && at_digit(); ++digits) value = value * 10 + digit();
    for (; digits < 9; ++digits) value *= 10;
    return microseconds{value / 1000};
  }
  bool ok() const { return ok_; }
  bool done() const { return ok_ && rest_.empty(); }

 private:
  bool at_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  int digit() {
    if (!at_digit()) {
      ok_ = false;
      return 0;
    }
    const int value = rest_.front() - '0';
    rest_.remove_prefix(1);
    return value;
  }

  std::string_view rest_;
  bool ok_ = true;
};

std::optional<Date> read_date(Reader& in) {
  const int years = in.number(4, 9999);
  in.expect('-');
  const int months = in.number(2, 12);
  in.expect('-');
  const int days = in.number(2, 31);
  const Date date{year{years}, month{static_cast<unsigned>(months)}, day{static_cast<unsigned>(days)}};
  if (!in.ok() || years < 1 || !date.ok()) return std::nullopt;
  return date;
}

/// Reads Z, +hh:mm or -hh:mm: the offset to subtract from the local time.
minutes read_offset(Reader& in) {
  if (in.take('Z') || in.take('z')) return minutes{0};
  const bool west = in.take('-');
  if (!west) in.expect('+');
  const hours whole{in.number(2, 23)};
  in.expect(':');
  const minutes offset = whole + minutes{in.number(2, 59)};
  return west ? -offset : offset;
}

/// LoadTimeZone would read any file if it were given a path. The names of zones contain none of
/// these characters.
bool is_zone_name(std::string_view name) {
  return !name.empty() && name.front() != '/' && name.find("..") == name.npos && name.find(':') == name.npos;
}

}  // namespace

std::string format_timestamp(Timestamp time) {
  time = std::clamp(time, first_moment, last_moment);
  const sys_days day = floor<days>(time);
  const hh_mm_ss clock{time - day};
  std::string text = "0000-00-00T00:00:00.000000Z";
  write_date(text.data(), Date{day});
  write_digits(text.data() + 11, clock.hours().count(), 2);
  write_digits(text.data() + 14, clock.minutes().count(), 2);
  write_digits(text.data() + 17, clock.seconds().count(), 2);
  write_digits(text.data() + 20, clock.subseconds().count(), 6);
  return text;
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  Reader in(text);
  const auto date = read_date(in);
  if (!date) return std::nullopt;
  if (!in.take('t')) in.expect('T');
  Timestamp time = sys_days{*date} + hours{in.number(2, 23)};
  in.expect(':');
  time += minutes{in.number(2, 59)};
  in.expect(':');
  const int second = in.number(2, 60);
  time += seconds{second};
  const Timestamp whole_second = time;
  if (in.take('.')) time += in.fraction();
  const minutes offset = read_offset(in);
  time -= offset;
  if (!in.done() || time < first_moment || time > last_moment) return std::nullopt;
  // A leap second can only be the last second of a UTC day. It counts as the first second of the
  // next day.
  const bool at_midnight = whole_second - offset == floor<days>(whole_second - offset);
  if (second == 60 && !at_midnight) return std::nullopt;
  return time;
}

std::string format_date(Date date) {
  std::string text = "0000-00-00";
  write_date(text.data(), date);
  return text;
}

std::optional<Date> parse_date(std::string_view text) {
  Reader in(text);
  const auto date = read_date(in);
  return in.done() ? date : std::nullopt;
}

struct TimeZone::Data {
  absl::TimeZone zone;
};

TimeZone::TimeZone(std::shared_ptr<const Data> data) : data_(std::move(data)) {}

Result<TimeZone> TimeZone::load(std::string_view name) {
  absl::TimeZone zone;
  if (!is_zone_name(name) || !absl::LoadTimeZone(absl::string_view(name.data(), name.size()), &zone)) {
    return fail(Errc::invalid, "this system has no time zone \"" + std::string(name) +
                                   "\"; give an IANA name such as Europe/Berlin (package tzdata), or UTC");
  }
  return TimeZone(std::make_shared<const Data>(Data{zone}));
}

TimeZone TimeZone::utc() { return TimeZone(std::make_shared<const Data>(Data{absl::UTCTimeZone()})); }

Date TimeZone::date_of(Timestamp time) const {
  const absl::CivilDay day = absl::ToCivilDay(absl::FromUnixMicros(time.time_since_epoch().count()), data_->zone);
  return Date{year{static_cast<int>(day.year())}, month{static_cast<unsigned>(day.month())},
              std::chrono::day{static_cast<unsigned>(day.day())}};
}

}  // namespace pms::core
