#include "application/periodic.hpp"

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace pms::auth {

struct Periodic::State {
  State(boost::asio::io_context& context, std::chrono::milliseconds between, std::function<core::Task<void>()> task)
      : io(context), pause(between), work(std::move(task)), timer(context) {}
  boost::asio::io_context& io;
  const std::chrono::milliseconds pause;
  const std::function<core::Task<void>()> work;
  boost::asio::steady_timer timer;
  std::atomic<bool> stopping{false};
};

Periodic::Periodic(boost::asio::io_context& io, std::chrono::milliseconds pause, std::function<core::Task<void>()> work)
    : state_(std::make_shared<State>(io, pause, std::move(work))) {}

Periodic::~Periodic() { stop(); }

core::Task<void> Periodic::run(std::shared_ptr<State> state) {
  boost::asio::use_awaitable_t<core::Executor> token;
  while (true) {
    boost::system::error_code cancelled;
    state->timer.expires_after(state->pause);
    co_await state->timer.async_wait(boost::asio::redirect_error(token, cancelled));
    if (state->stopping) co_return;
    co_await state->work();
    if (state->stopping) co_return;
  }
}

void Periodic::start() { boost::asio::co_spawn(state_->io.get_executor(), run(state_), boost::asio::detached); }

void Periodic::stop() {
  state_->stopping = true;
  boost::asio::post(state_->io, [state = state_] { state->timer.cancel(); });
}

}  // namespace pms::auth
