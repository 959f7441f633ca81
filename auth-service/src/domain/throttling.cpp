#include "domain/throttling.hpp"

#include <algorithm>

namespace pms::auth {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t failures_without_wait = 4;
constexpr std::chrono::seconds first_wait = 30s;
constexpr std::chrono::seconds max_wait = 15min;
constexpr std::chrono::seconds clocks_differ_by = 1min;  // maximum clock difference between replicas

}  // namespace

std::chrono::seconds wait_after(std::int64_t failures) {
  if (failures <= failures_without_wait) return 0s;
  std::chrono::seconds wait = first_wait;
  for (std::int64_t n = failures_without_wait + 1; n < failures && wait < max_wait; ++n) wait *= 2;
  return std::min(wait, max_wait);
}

std::chrono::microseconds wait_left(const Failures& failures, core::Timestamp now) {
  if (failures.last_at > now + clocks_differ_by) return 0us;
  const std::chrono::microseconds whole = wait_after(failures.count);
  return std::clamp(failures.last_at + whole - now, 0us, whole);
}

std::int64_t next_wait_at(const Failures& failures) { return std::max(failures_without_wait, failures.count) + 1; }

}  // namespace pms::auth
