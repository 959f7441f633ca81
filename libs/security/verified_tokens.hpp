// One thread's memory of the tokens it has verified.
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

/// Bounded by two generations: a found token moves to the young one, and when that is full the old one, in which
/// nothing was found for a while, is dropped whole. No list to keep in order and nothing allocated when a token is
/// found.
class VerifiedTokens {
 public:
  struct Entry {
    std::shared_ptr<const clinic::Caller> caller;
    core::Timestamp ends_at{};
    std::uint64_t revocations_generation = 0;  ///< of the list when it was last asked
  };

  explicit VerifiedTokens(std::size_t capacity) : half_(capacity / 2 + 1) {}

  /// Valid until the next call.
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
    // Any eight bytes of a SHA-256 are as good as a hash of all.
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
