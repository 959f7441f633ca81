// Time limits without a timer each: what waits has a deadline field, and one timer per io_context looks over all of
// them.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list.hpp>

#include "core/clock.hpp"
#include "core/deadline.hpp"

namespace pms::net {

using ExpiringHook = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// Something whose waiting can be cut short. Belongs to one io_context and is used on its thread only.
class Expiring : public ExpiringHook {
 public:
  explicit Expiring(boost::asio::io_context&);
  virtual ~Expiring() = default;
  Expiring(const Expiring&) = delete;
  Expiring& operator=(const Expiring&) = delete;

  /// From now on `expire` is due at this moment (noticed within 0.1 s), once.
  void set_deadline(core::SteadyTime deadline) {
    deadline_ = deadline;
    expired_ = false;
  }
  void clear_deadline() { set_deadline(core::SteadyTime::max()); }
  core::SteadyTime deadline() const { return deadline_; }
  /// Whether the deadline last set has passed and cut the waiting short.
  bool expired() const { return expired_; }

 protected:
  /// Cancels whatever is pending, so that its coroutine goes on and finds expired(). May destroy the object.
  virtual void cancel_pending() = 0;

 private:
  friend class DeadlineTimer;
  core::SteadyTime deadline_ = core::SteadyTime::max();
  bool expired_ = false;
};

}  // namespace pms::net
