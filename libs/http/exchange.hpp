// One request and its response, as a Handler sees them: answered at once by the Router, or passed
// on in pieces by a proxy.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/task.hpp"
#include "http/connection_counts.hpp"
#include "http/framing.hpp"
#include "http/message.hpp"
#include "http/output_queue.hpp"
#include "http/parser.hpp"
#include "http/route_metrics.hpp"

namespace pms::http {

/// The line of the Date field, written once a second.
class DateLine {
 public:
  std::string_view now();

 private:
  std::int64_t second_ = -1;
  std::string line_;
};

/// What the exchanges of one lane have in common. A lane is one of the io threads that a server was
/// given, with the connections that it serves: a connection stays on its lane.
struct LaneContext {
  boost::asio::io_context& io;
  std::size_t number;                 ///< among the lanes of the server, from 0
  const std::atomic<bool>& draining;  ///< the server drains: every response that begins says Connection: close
  DateLine date = {};
  EvictionList idle = {};
};

/// Belongs to a connection, which uses it for one request after the other, and is used on that
/// connection's thread only.
class Exchange {
 public:
  /// `head` is the parser's: it describes the current request. All outlive the exchange.
  Exchange(OutputQueue& output, const RequestHead& head, LaneContext& lane)
      : output_(output), head_(head), lane_(lane) {}
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  Request& request() { return request_; }
  /// The parser's notes on the head, for example which fields are meant for this hop only.
  const RequestHead& head() const { return head_; }
  /// The io_context of the connection.
  boost::asio::io_context& io() { return lane_.io; }
  /// The number of the connection's lane: for what a handler keeps per thread.
  std::size_t lane() const { return lane_.number; }

  /// When the header was complete; from Handler::handle() on, when the body was.
  core::SteadyTime begun_at() const { return begun_at_; }

  /// Under which route the request is counted and logged. It outlives the handler's return.
  void set_route(RouteMetrics& route) { route_ = &route; }

  /// For Handler::admit(): refuses a body of more bytes than this (413), if the server itself does
  /// not refuse it already.
  void limit_body(std::uint64_t max_bytes) { max_body_bytes_ = max_bytes; }

  /// For Handler::handle(): `action` is called at most once, while the handler waits, when the
  /// client has reset its connection and will not receive the response. (A client that has only
  /// finished sending may still receive it.) The handler removes the action, with null, before it
  /// returns.
  void on_client_gone(std::function<void()> action) { on_client_gone_ = std::move(action); }

  /// Stores what Handler::admit() has found out, for Handler::handle().
  template <class Note>
  void keep(const Note& note) {
    static_assert(std::is_trivially_copyable_v<Note> && std::is_trivially_destructible_v<Note>);
    static_assert(sizeof(Note) <= sizeof(note_) && alignof(Note) <= alignof(void*));
    note_type_ = &note_type<Note>;
    new (note_) Note(note);
  }
  /// What was stored for this request; null when nothing was, or something of another type.
  template <class Note>
  const Note* kept() const {
    return note_type_ == &note_type<Note> ? std::launder(reinterpret_cast<const Note*>(note_)) : nullptr;
  }

  /// Queues a whole response. For HEAD its body is counted and not sent.
  void answer(const Response& response);

  /// A response in pieces: begin(), further "Name: value\r\n" lines appended to the string that it
  /// returned, end_head(), then append_body() any number of times, and end_body().
  /// begin() writes the status line, Date (unless the handler passes one on) and X-Request-Id.
  std::string& begin(int status, bool with_date = true);
  /// Writes Connection and the framing: `length` bytes, `chunked` (when the length is unknown;
  /// until the connection closes for an HTTP/1.0 client) or none. A body that the method or the
  /// status forbids is dropped from here on.
  void end_head(Framing framing, std::uint64_t length = 0);
  void append_body(std::string_view bytes);
  /// Appends a whole body that is part of the program, without a copy.
  void append_constant_body(std::string_view text);
  void end_body();
  /// Sends what is queued, see OutputQueue. Needed only to keep memory bounded; the server flushes
  /// after the handler.
  core::Task<bool> flush() { return output_.flush(); }
  bool should_flush() const { return output_.should_flush(); }

  /// Whether a response has begun.
  bool begun() const { return status_ != 0; }
  /// Removes a response of which nothing has been sent yet, so that another one can be given.
  /// Returns false when it is too late.
  bool withdraw();
  /// The response cannot be completed: the connection is closed so that the client notices it.
  void cut() { cut_ = true; }
  /// In place of a response: the client is gone. The request is logged with status 499.
  void abandon() {
    status_ = 499;
    cut_ = true;
  }

 private:
  friend class Connection;
  enum class Body : std::uint8_t { plain, chunked, dropped };
  static constexpr std::size_t note_bytes = 64;

  template <class Note>
  static inline char note_type = 0;  // its address stands for the type

  /// Forgets the previous request's response. The connection fills in `request_`.
  void reset() {
    status_ = 0;
    route_ = nullptr;
    note_type_ = nullptr;
    cut_ = false;
    max_body_bytes_ = std::numeric_limits<std::uint64_t>::max();
  }

  OutputQueue& output_;
  const RequestHead& head_;
  LaneContext& lane_;
  Request request_;
  RouteMetrics* route_ = nullptr;
  const char* note_type_ = nullptr;  // null: there is no note
  alignas(void*) std::byte note_[note_bytes];
  int status_ = 0;
  core::SteadyTime begun_at_{};
  bool keep_alive_ = true;  // as the response announces it
  bool cut_ = false;
  std::uint64_t max_body_bytes_ = std::numeric_limits<std::uint64_t>::max();
  std::function<void()> on_client_gone_;
  Body body_ = Body::plain;
  std::uint64_t answer_begin_ = 0;  // of the current response, in output_
};

}  // namespace pms::http
