#include "net/deadline_timer.hpp"

#include <boost/asio/execution_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

namespace pms::net {

/// There is one for each io_context, which owns it.
class DeadlineTimer : public boost::asio::execution_context::service {
 public:
  using key_type = DeadlineTimer;
  static inline boost::asio::execution_context::id id;

  explicit DeadlineTimer(boost::asio::execution_context& context)
      : service(context), timer_(static_cast<boost::asio::io_context&>(context)) {}

  void add(Expiring& expiring) {
    all_.push_back(expiring);
    if (!running_) wait();
  }

 private:
  using List = boost::intrusive::list<Expiring, boost::intrusive::base_hook<ExpiringHook>,
                                      boost::intrusive::constant_time_size<false>>;
  static constexpr std::chrono::milliseconds interval{100};

  void shutdown() override { timer_.cancel(); }

  void wait() {
    running_ = true;
    timer_.expires_after(interval);
    timer_.async_wait([this](boost::system::error_code failure) {
      if (!failure) cancel_expired();
    });
  }

  void cancel_expired() {
    const auto now = std::chrono::steady_clock::now();
    // A coroutine that is cancelled continues at once and may destroy any other object, which then
    // removes itself from its list.
    List due;
    for (auto next = all_.begin(); next != all_.end();) {
      Expiring& expiring = *next++;
      if (expiring.deadline_ > now) continue;
      all_.erase(all_.iterator_to(expiring));
      due.push_back(expiring);
    }
    while (!due.empty()) {
      Expiring& expiring = due.front();
      due.pop_front();
      all_.push_back(expiring);
      expiring.deadline_ = core::SteadyTime::max();
      expiring.expired_ = true;
      expiring.cancel_pending();
    }
    running_ = false;
    if (!all_.empty()) wait();
  }

  List all_;
  boost::asio::steady_timer timer_;
  bool running_ = false;
};

Expiring::Expiring(boost::asio::io_context& context) { boost::asio::use_service<DeadlineTimer>(context).add(*this); }

}  // namespace pms::net
