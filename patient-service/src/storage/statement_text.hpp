// A statement's text put together when it is compiled, for statements that differ in a column or a direction only: a
// statement is a constant.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace pms::patient {

template <std::size_t capacity>
class StatementText {
 public:
  constexpr StatementText& add(std::string_view piece) {
    for (char byte : piece) bytes_[size_++] = byte;
    return *this;
  }
  constexpr std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, capacity> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace pms::patient
