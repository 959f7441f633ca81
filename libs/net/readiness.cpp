#include "net/readiness.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cstddef>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace pms::net {
namespace {

namespace asio = boost::asio;

int create_epoll() {
  const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
  return descriptor;
}

}  // namespace

Readiness::Readiness(asio::execution_context& context)
    : service(context), epoll_(static_cast<asio::io_context&>(context).get_executor(), create_epoll()) {
  wait();
}

void Readiness::shutdown() {
  boost::system::error_code ignored;
  epoll_.close(ignored);
  for (Stream& stream : streams_)
    stream.drop_waiters();  // Asio destroys the coroutines later: the list does not change now
}

void Readiness::add(int descriptor, Stream& stream) {
  // Edge-triggered: one event for each arrival, and no further one while unread bytes are left.
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.ptr = &stream}};
  if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, descriptor, &event) != 0)
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  streams_.push_back(stream);
}

void Readiness::remove(int descriptor, Stream& stream) {
  if (epoll_.is_open()) ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, descriptor, nullptr);
  for (epoll_event& event : fetched_)
    if (event.data.ptr == &stream) event.data.ptr = nullptr;
}

void Readiness::wait() {
  epoll_.async_wait(asio::posix::descriptor_base::wait_read, [this](boost::system::error_code failure) {
    if (failure) return;
    dispatch();
    wait();
  });
}

void Readiness::resume_in_next_turn(Stream& stream) {
  yielding_.push_back(stream);
  if (!std::exchange(resuming_, true)) asio::post(epoll_.get_executor(), [this] { resume_yielding(); });
}

void Readiness::resume_yielding() {
  resuming_ = false;
  // A stream that yields again waits for another turn, and one that is destroyed leaves its list.
  decltype(yielding_) due;
  due.swap(yielding_);
  while (!due.empty()) {
    Stream& stream = due.front();
    due.pop_front();
    stream.on_next_turn();
  }
}

void Readiness::dispatch() {
  const int count = ::epoll_wait(epoll_.native_handle(), events_.data(), static_cast<int>(events_.size()), 0);
  fetched_ = std::span(events_).first(static_cast<std::size_t>(std::max(count, 0)));
  while (!fetched_.empty()) {
    const epoll_event event = fetched_.front();
    fetched_ = fetched_.subspan(1);
    if (event.data.ptr != nullptr) static_cast<Stream*>(event.data.ptr)->on_events(event.events);
  }
}

}  // namespace pms::net
