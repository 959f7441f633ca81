#include "core/uuid.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <sys/random.h>
#include <system_error>

namespace pms::core {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

void fill_random(std::span<char> bytes) {
  while (!bytes.empty()) {
    const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
    if (got > 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(got));
    } else if (errno != EINTR) {
      throw std::system_error(errno, std::generic_category(), "getrandom");
    }
  }
}

/// Reads random numbers from the operating system a page at a time: a system call per id would cost
/// more than the id.
class RandomBuffer {
 public:
  std::uint64_t next() {
    if (used_ == bytes_.size()) {
      fill_random(bytes_);
      used_ = 0;
    }
    std::uint64_t value = 0;
    std::memcpy(&value, bytes_.data() + used_, sizeof value);
    std::memset(bytes_.data() + used_, 0, sizeof value);  // used random bytes are not kept
    used_ += sizeof value;
    return value;
  }

 private:
  std::array<char, 4096> bytes_{};
  std::size_t used_ = bytes_.size();
};

/// Milliseconds since 1970 in the upper 48 bits and the fraction of the millisecond, in 4096ths, in
/// the lower 12 (RFC 9562, section 6.2, method 3). Increases with every call on a thread, even if
/// the clock stands still or jumps back.
std::uint64_t next_tick() {
  using namespace std::chrono;
  thread_local std::uint64_t last = 0;
  const auto now =
      static_cast<std::uint64_t>(duration_cast<nanoseconds>(system_clock::now().time_since_epoch()).count());
  const std::uint64_t tick = (now / 1'000'000) << 12 | (now % 1'000'000) * 4096 / 1'000'000;
  last = tick > last ? tick : last + 1;
  return last;
}

void write_hex(char* out, std::uint64_t value, int digits) {
  for (int i = digits - 1; i >= 0; --i, value >>= 4) out[i] = hex_digits[value & 0xf];
}

class UuidV7 : public IdGenerator {
 public:
  std::string next() override {
    thread_local RandomBuffer random;
    const std::uint64_t tick = next_tick();
    const std::uint64_t high = (tick >> 12) << 16 | 0x7000 | (tick & 0xfff);           // version 7
    const std::uint64_t low = (random.next() & 0x3fff'ffff'ffff'ffff) | (1ULL << 63);  // variant 10
    std::string text(36, '-');
    write_hex(text.data(), high >> 32, 8);
    write_hex(text.data() + 9, high >> 16 & 0xffff, 4);
    write_hex(text.data() + 14, high & 0xffff, 4);
    write_hex(text.data() + 19, low >> 48, 4);
    write_hex(text.data() + 24, low & 0xffff'ffff'ffff, 12);
    return text;
  }
};

/// Returns the digit in lower case, or 0 if it is not a hexadecimal digit.
char lower_hex(char c) {
  if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) return c;
  if (c >= 'A' && c <= 'F') return static_cast<char>(c - 'A' + 'a');
  return 0;
}

}  // namespace

IdGenerator& uuid_v7() {
  static UuidV7 generator;
  return generator;
}

std::string random_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  fill_random(bytes);
  return bytes;
}

std::optional<std::string> parse_uuid(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  std::string id(text);
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (!hyphen) id[i] = lower_hex(text[i]);
    if (hyphen ? text[i] != '-' : id[i] == 0) return std::nullopt;
  }
  return id;
}

Result<std::string> read_uuid(std::string field, std::string_view text) {
  auto id = parse_uuid(text);
  if (!id) return fail_field(std::move(field), "must be a UUID");
  return std::move(*id);
}

}  // namespace pms::core
