// Contracts between a function and its callers, checked in development and sanitizer builds. A
// broken contract is a defect of ours, never bad input: the process ends with a line that names the
// contract and the place.
#pragma once

#include <thread>

namespace pms::core {

[[noreturn]] void contract_broken(const char* contract, const char* file, int line);

}  // namespace pms::core

/// PMS_ASSERT(state_ == State::begun, "begin() comes before end_head()"); costs nothing in a
/// release build, where the condition is not evaluated.
#ifdef PMS_ASSERTIONS
#define PMS_ASSERT(condition, contract) \
  ((condition) ? static_cast<void>(0) : ::pms::core::contract_broken(contract, __FILE__, __LINE__))
#else
#define PMS_ASSERT(condition, contract) static_cast<void>(sizeof((condition) ? 1 : 0))
#endif

namespace pms::core {

/// For an object that only one thread uses. The first check() decides which thread that is;
/// PMS_ASSERTs that all later ones come from the same thread.
class ThreadChecker {
 public:
  void check() const {
#ifdef PMS_ASSERTIONS
    if (owner_ == std::thread::id()) owner_ = std::this_thread::get_id();
    PMS_ASSERT(owner_ == std::this_thread::get_id(), "this object is used on one thread only");
#endif
  }
  /// Makes the next check() decide again, because the object has been handed to another thread.
  void release() {
#ifdef PMS_ASSERTIONS
    owner_ = std::thread::id();
#endif
  }

 private:
#ifdef PMS_ASSERTIONS
  mutable std::thread::id owner_;
#endif
};

}  // namespace pms::core
