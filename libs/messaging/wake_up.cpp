#include "messaging/wake_up.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

namespace pms::messaging {

void WakeUp::ring() {
  std::lock_guard lock(mutex_);
  if (rung_) return;
  rung_ = true;
  if (waiting_) boost::asio::post(waiting_->get_executor(), [self = shared_from_this()] { self->end_wait(); });
}

void WakeUp::end_wait() {
  std::lock_guard lock(mutex_);
  if (rung_ && waiting_) waiting_->cancel();
}

core::Task<void> WakeUp::wait_until(core::SteadyTime time) {
  Timer timer(co_await boost::asio::this_coro::executor, time);
  {
    std::lock_guard lock(mutex_);
    if (std::exchange(rung_, false)) co_return;
    waiting_ = &timer;
  }
  const Waiting until_here(*this);  // also when the io_context ends with the coroutine in it
  co_await timer.async_wait(boost::asio::as_tuple(boost::asio::deferred));
}

WakeUp::Waiting::~Waiting() {
  std::lock_guard lock(wake_up.mutex_);
  wake_up.waiting_ = nullptr;
  wake_up.rung_ = false;
}

}  // namespace pms::messaging
