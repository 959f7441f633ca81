// Writes JSON (RFC 8259) without a document tree.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pms::json {

/// Writes JSON without a document tree: `{"id":"…","version":3}`. Strings are escaped; UTF-8 is
/// written unchanged.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}
  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& key(std::string_view);
  Writer& text(std::string_view);
  Writer& integer(std::int64_t);
  Writer& boolean(bool);
  Writer& null();
  Writer& field(std::string_view name, std::string_view value) { return key(name).text(value); }
  Writer& field(std::string_view name, std::int64_t value) { return key(name).integer(value); }

 private:
  void separate();
  std::string& out_;
  bool first_ = true;
};

}  // namespace pms::json
