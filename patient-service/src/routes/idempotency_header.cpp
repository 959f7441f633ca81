#include "routes/idempotency_header.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>

#include "http/characters.hpp"

namespace pms::patient {
namespace {

constexpr std::size_t max_key_characters = 255;

bool is_visible_ascii(char c) { return c > ' ' && c < '\x7f'; }

}  // namespace

core::Result<std::optional<std::string>> idempotency_key(const http::Request& request) {
  std::optional<std::string> key;
  for (const http::Field& field : request.fields) {
    if (!http::equals_ignoring_case(field.name, "Idempotency-Key")) continue;
    if (key) return core::fail_field("Idempotency-Key", "must be given once");
    key.emplace(field.value);
  }
  if (key && (key->empty() || key->size() > max_key_characters || !std::ranges::all_of(*key, is_visible_ascii)))
    return core::fail_field("Idempotency-Key",
                            fmt::format("must be 1 to {} visible ASCII characters", max_key_characters));
  return key;
}

}  // namespace pms::patient
