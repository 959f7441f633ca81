#include "net/deadline_timer.hpp"

#include <boost/asio/execution_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>

namespace pms::net {

/// One per io_context, kept by it.
class DeadlineTimer : public boost::asio::execution_context::service {
 public:
  using key_type = DeadlineTimer;
  static inline boost::asio::execution_context::id id;

  explicit DeadlineTimer(boost::asio::execution_context& context)
      : service(context), timer_(static_cast<boost::asio::io_context&>(context)) {}

  void add(Expiring& swept) {
    all_.push_back(swept);
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
      if (!failure) sweep();
    });
  }

  void sweep() {
    const auto now = std::chrono::steady_clock::now();
    // Whoever is cancelled goes on at once and may destroy any other, which then leaves the list it is in by itself.
    List due;
    for (auto next = all_.begin(); next != all_.end();) {
      Expiring& swept = *next++;
      if (swept.deadline_ > now) continue;
      all_.erase(all_.iterator_to(swept));
      due.push_back(swept);
    }
    while (!due.empty()) {
      Expiring& swept = due.front();
      due.pop_front();
      all_.push_back(swept);
      swept.deadline_ = core::SteadyTime::max();
      swept.expired_ = true;
      swept.cancel_pending();
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
