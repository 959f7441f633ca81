#include "telemetry/trace_context.hpp"

#include <cstdint>
#include <cstring>

#include "core/uuid.hpp"

namespace pms::telemetry {
namespace {

/// xoshiro256++ (Blackman and Vigna), seeded by the operating system. Trace ids must be well
/// distributed, not unguessable, and one is created for every request.
class TraceIdGenerator {
 public:
  TraceIdGenerator() {
    const std::string seed = core::random_bytes(sizeof state_);
    std::memcpy(state_, seed.data(), sizeof state_);
    state_[0] |= 1;  // an all-zero state would never change
  }

  std::uint64_t next() {
    const std::uint64_t result = rotated(state_[0] + state_[3], 23) + state_[0];
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotated(state_[3], 45);
    return result;
  }

 private:
  static std::uint64_t rotated(std::uint64_t value, int bits) { return value << bits | value >> (64 - bits); }

  std::uint64_t state_[4];
};

std::uint64_t next_nonzero() {
  thread_local TraceIdGenerator generator;
  while (true)
    if (const std::uint64_t value = generator.next(); value != 0) return value;
}

/// Formats sixteen digits.
void write_hex(char* out, std::uint64_t value) {
  for (int shift = 60; shift >= 0; shift -= 4) *out++ = "0123456789abcdef"[value >> shift & 0xf];
}

std::string new_span_id() {
  char digits[16];
  write_hex(digits, next_nonzero());
  return {digits, sizeof digits};
}

/// Returns the value of a lower-case hexadecimal digit, or -1.
int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool is_hex(std::string_view text) {
  for (const char c : text)
    if (hex_value(c) < 0) return false;
  return true;
}

/// Returns whether the id is valid: not all zeros (sections 3.2.2.3 and 3.2.2.4).
bool is_id(std::string_view text) { return is_hex(text) && text.find_first_not_of('0') != text.npos; }

}  // namespace

std::string TraceContext::traceparent() const {
  std::string header;
  header.reserve(55);
  header.append("00-").append(trace_id).append("-").append(parent_id).append(sampled ? "-01" : "-00");
  return header;
}

TraceContext begin_trace() {
  char digits[32];
  write_hex(digits, next_nonzero());
  write_hex(digits + 16, next_nonzero());
  return {.trace_id = std::string(digits, sizeof digits), .parent_id = new_span_id()};
}

std::optional<TraceContext> continue_trace(std::string_view header) {
  // version "-" trace-id "-" parent-id "-" trace-flags: 2, 32, 16 and 2 digits (section 3.2.1 and
  // 3.2.2)
  if (header.size() < 55 || header[2] != '-' || header[35] != '-' || header[52] != '-') return std::nullopt;
  const std::string_view version = header.substr(0, 2);
  const std::string_view flags = header.substr(53, 2);
  if (!is_hex(version) || version == "ff" || !is_hex(flags)) return std::nullopt;
  // Later versions may continue after a dash; this one ends here (section 3.2.4).
  if (header.size() > 55 && (version == "00" || header[55] != '-')) return std::nullopt;
  const std::string_view trace_id = header.substr(3, 32);
  if (!is_id(trace_id) || !is_id(header.substr(36, 16))) return std::nullopt;
  return TraceContext{.trace_id = std::string(trace_id),
                      .parent_id = new_span_id(),
                      .sampled = (hex_value(flags[1]) & 1) != 0,
                      .continued = true};
}

TraceContext trace_from(std::string_view traceparent) {
  auto continued = continue_trace(traceparent);
  return continued ? *std::move(continued) : begin_trace();
}

}  // namespace pms::telemetry
