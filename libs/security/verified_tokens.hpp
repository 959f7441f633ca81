// The cache of the tokens that one thread has verified.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <unordered_map>

#include "clinic/caller.hpp"
#include "core/clock.hpp"
#include "security/digest.hpp"

namespace pms::security {

/// A cache bounded by two generations. A token that is found moves to the young generation. When
/// that is full, it becomes the old one, and the previous old generation, whose tokens were not
/// used for a while, is dropped as a whole. This needs no ordered list, and a look-up allocates
/// nothing.
class VerifiedTokens {
 public:
  struct Entry {
    std::shared_ptr<const clinic::Caller> caller;
    core::Timestamp ends_at{};
    std::uint64_t revocations_generation = 0;  ///< of the list when it was last checked
  };

  explicit VerifiedTokens(std::size_t capacity) : half_(capacity / 2 + 1) {}

  /// Returns the entry, or null. The pointer is valid until the next call.
  Entry* find(const Digest& digest) {
    if (auto found = young_.find(digest); found != young_.end()) return &found->second;
    auto node = old_.extract(digest);
    if (node.empty()) return nullptr;
    make_room();
    return &young_.insert(std::move(node)).position->second;
  }
  void add(const Digest& digest, Entry entry) {
    make_room();
    young_.insert_or_assign(digest, std::move(entry));
  }
  void erase(const Digest& digest) { young_.erase(digest); }
  void clear() {
    young_.clear();
    old_.clear();
  }
  std::size_t size() const { return young_.size() + old_.size(); }

 private:
  struct Hash {
    // Any eight bytes of a SHA-256 digest are as good as a hash of all of them.
    std::size_t operator()(const Digest& digest) const {
      std::size_t value = 0;
      std::memcpy(&value, digest.data(), sizeof value);
      return value;
    }
  };
  using Map = std::unordered_map<Digest, Entry, Hash>;

  void make_room() {
    if (young_.size() < half_) return;
    old_ = std::move(young_);
    young_.clear();
  }

  std::size_t half_;
  Map young_;
  Map old_;
};

}  // namespace pms::security
