// One request being answered, as the Handler sees it: answered whole by the Router, or passed on in pieces by a
// proxy.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/task.hpp"
#include "http/message.hpp"
#include "http/parser.hpp"
#include "http/route_metrics.hpp"
#include "net/deadline_timer.hpp"
#include "net/stream.hpp"

namespace pms::http {

/// The Date field's line, made once a second.
class DateLine {
 public:
  std::string_view now();

 private:
  std::int64_t second_ = -1;
  std::string line_;
};

/// What the exchanges of one io thread have in common.
struct LaneContext {
  boost::asio::io_context& io;
  std::size_t number;  ///< among those of the server
  DateLine date = {};
};

/// Lives on its connection and is used on that connection's thread only.
class Exchange : protected net::Expiring {
 public:
  Request& request() { return request_; }
  /// What the parser noted of the head: which fields are meant for this hop only, among others.
  virtual const RequestHead& head() const = 0;
  /// The connection's own.
  boost::asio::io_context& io() { return lane_.io; }
  /// Its place among the io_contexts that the server was given: for what a handler keeps per thread.
  std::size_t lane() const { return lane_.number; }

  /// When the request was there with its whole body.
  core::SteadyTime begun_at() const { return begun_at_; }

  /// Under which route the request is counted and logged. It outlives the handler's return.
  void set_route(RouteMetrics& route) { route_ = &route; }

  /// Queues a whole answer. For HEAD its body is counted and not sent.
  void answer(const Response&);

  /// The same in pieces: begin(), further "Name: value\r\n" lines appended to what it returned, end_head(), and then
  /// append_body() any number of times and end_body().
  /// begin() writes the status line, Date (unless the handler passes one on) and X-Request-Id.
  std::string& begin(int status, bool with_date = true);
  /// Writes Connection and the framing: `length` bytes, `chunked` (as unknown length; until the connection closes for
  /// an HTTP/1.0 client) or none. A body that the method or status forbids is dropped from here on.
  void end_head(Framing, std::uint64_t length = 0);
  void append_body(std::string_view);
  void end_body();
  /// Sends what is queued, waiting for the client as long as it takes something within the time limit. False: the
  /// client is gone. Needed only to keep memory bounded; the server flushes after the handler.
  core::Task<bool> flush();
  /// Whether so much is queued that it should be flushed.
  bool should_flush() const { return output_.size() - sent_ >= flush_bytes; }

  bool begun() const { return status_ != 0; }
  /// Takes back an answer of which nothing has been sent yet, so that another one can be given. False: too late.
  bool withdraw();
  /// The answer can not be completed: the connection is closed so that the client sees it cut off.
  void cut() { cut_ = true; }

 protected:
  static constexpr std::size_t flush_bytes = 64 * 1024;

  Exchange(net::Socket socket, LaneContext& lane, std::chrono::milliseconds write_timeout)
      : net::Expiring(lane.io), stream_(std::move(socket)), lane_(lane), write_timeout_(write_timeout) {}
  ~Exchange() override = default;

  /// Sends what the kernel takes; true when nothing is left.
  bool flush_now();
  void cancel_pending() override { stream_.cancel(); }

  net::Stream stream_;
  Request request_;
  RouteMetrics* route_ = nullptr;
  std::string output_;
  std::size_t sent_ = 0;  // bytes of output_ that are gone
  int status_ = 0;
  core::SteadyTime begun_at_{};
  bool keep_alive_ = true;
  bool broken_ = false;  // the client is gone
  bool cut_ = false;

 private:
  enum class Body : std::uint8_t { plain, chunked, dropped };

  LaneContext& lane_;
  std::chrono::milliseconds write_timeout_;
  Body body_ = Body::plain;
  std::size_t answer_begin_ = 0;  // in output_
  bool sent_any_ = false;         // of the current answer
};

}  // namespace pms::http
