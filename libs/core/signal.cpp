#include "core/signal.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

namespace pms::core {

void Signal::set() {
  std::lock_guard lock(mutex_);
  if (is_set_) return;
  is_set_ = true;
  if (waiting_) boost::asio::post(waiting_->get_executor(), [self = shared_from_this()] { self->end_wait(); });
}

void Signal::end_wait() {
  std::lock_guard lock(mutex_);
  if (is_set_ && waiting_) waiting_->cancel();
}

core::Task<void> Signal::wait_until(core::SteadyTime time) {
  Timer timer(co_await boost::asio::this_coro::executor, time);
  {
    std::lock_guard lock(mutex_);
    if (std::exchange(is_set_, false)) co_return;
    waiting_ = &timer;
  }
  const Waiting until_here(*this);  // it also ends when the io_context is destroyed with the coroutine in it
  co_await timer.async_wait(boost::asio::as_tuple(boost::asio::deferred));
}

Signal::Waiting::~Waiting() {
  std::lock_guard lock(signal.mutex_);
  signal.waiting_ = nullptr;
  signal.is_set_ = false;
}

}  // namespace pms::core
