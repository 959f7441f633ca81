// Notifies streams when their sockets have become readable or writable. It has an epoll instance of
// its own, which Asio watches, so that everything runs on the io_context's thread.
#pragma once

#include <array>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <span>
#include <sys/epoll.h>

#include "core/task.hpp"
#include "net/stream.hpp"

namespace pms::net {

/// There is one for each io_context, which owns it. Constructor and add() throw std::system_error
/// when the process has no descriptor or memory left.
class Readiness : public boost::asio::execution_context::service {
 public:
  using key_type = Readiness;
  static inline boost::asio::execution_context::id id;

  explicit Readiness(boost::asio::execution_context&);

  void add(int descriptor, Stream&);
  /// Also forgets events of the stream that have been fetched already.
  void remove(int descriptor, Stream&);
  /// Calls Stream::on_next_turn() after everything else that is ready to run now.
  void resume_in_next_turn(Stream&);

 private:
  void shutdown() override;
  void wait();
  void dispatch();
  void resume_yielding();

  boost::asio::posix::basic_stream_descriptor<core::Executor> epoll_;
  std::array<epoll_event, 128> events_;
  std::span<epoll_event> fetched_;  // of events_, not dispatched yet
  boost::intrusive::list<Stream, boost::intrusive::base_hook<StreamHook>, boost::intrusive::constant_time_size<false>>
      streams_;
  boost::intrusive::list<Stream, boost::intrusive::base_hook<YieldHook>, boost::intrusive::constant_time_size<false>>
      yielding_;
  bool resuming_ = false;  // resume_yielding() is queued
};

}  // namespace pms::net
