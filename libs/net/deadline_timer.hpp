// Time limits without a timer for each of them: everything that waits has a deadline, and one timer
// per io_context checks all deadlines.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list.hpp>

#include "core/clock.hpp"
#include "core/deadline.hpp"

namespace pms::net {

using ExpiringHook = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// Something that waits at most until its deadline. Belongs to one io_context and is used on its
/// thread only.
class Expiring : public ExpiringHook {
 public:
  explicit Expiring(boost::asio::io_context&);
  virtual ~Expiring() = default;
  Expiring(const Expiring&) = delete;
  Expiring& operator=(const Expiring&) = delete;

  /// At this time, or at most 0.1 s later, pending operations are cancelled once.
  void set_deadline(core::SteadyTime deadline) {
    deadline_ = deadline;
    expired_ = false;
  }
  void clear_deadline() { set_deadline(core::SteadyTime::max()); }
  core::SteadyTime deadline() const { return deadline_; }
  /// Whether the deadline that was set last has passed and cancelled what was pending.
  bool expired() const { return expired_; }

 protected:
  /// Cancels what is pending, so that its coroutine continues and finds expired(). May destroy the
  /// object.
  virtual void cancel_pending() = 0;

 private:
  friend class DeadlineTimer;
  core::SteadyTime deadline_ = core::SteadyTime::max();
  bool expired_ = false;
};

}  // namespace pms::net
