#include "http/connection.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/deadline.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"
#include "http/problem.hpp"
#include "net/stream.hpp"
#include "telemetry/log.hpp"

namespace pms::http {
namespace {

using std::chrono::steady_clock;

/// Buffers of an idle connection larger than this are given back.
constexpr std::size_t kept_input_bytes = 16 * 1024;
constexpr std::size_t body_read_bytes = 16 * 1024;
constexpr std::chrono::seconds grace_for_new_connections{1};
/// How long the rest of a refused request is read, so that the refusal is not lost in a reset.
constexpr std::chrono::seconds linger_time{1};

bool is_sane_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '_' ||
           c == '-';
  });
}

std::optional<std::chrono::milliseconds> parse_timeout(std::string_view text) {
  std::uint32_t milliseconds = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), milliseconds);
  if (text.empty() || failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::chrono::milliseconds(milliseconds);
}

}  // namespace

Connection::Connection(std::shared_ptr<ServerShared> shared, net::Socket socket, LaneContext& lane)
    : Exchange(std::move(socket), lane, shared->settings.body_timeout),
      shared_(std::move(shared)),
      parser_({.head_bytes = shared_->settings.max_header_bytes,
               .fields = shared_->settings.max_header_fields,
               .request_line_bytes = shared_->settings.max_request_line_bytes,
               .body_bytes = shared_->settings.max_body_bytes}) {
  peer_ = stream_.peer().address();
  peer_text_ = peer_.to_string();
  shared_->open_connections.fetch_add(1, std::memory_order_relaxed);
  shared_->connections.Increment();
}

Connection::~Connection() {
  shared_->connections.Decrement();
  shared_->open_connections.fetch_sub(1, std::memory_order_relaxed);
}

core::Task<void> Connection::serve() {
  now_ = steady_clock::now();
  while (keep_alive_ && !broken_) {
    await_request();
    auto head = parser_.parse_head(input_.unread());
    for (bool first_bytes = true; head && *head == 0; first_bytes = false) {
      if (!flush_now()) co_await flush();
      if (broken_) co_return;
      if (!await_rest_of_head(first_bytes)) co_return;
      const bool more = stream_.receive_now(input_, 1);
      if (!more) {
        if (stream_.ended()) co_return;
        const bool ready = co_await stream_.readable();
        if (ready) continue;
        if (!expired() || input_.empty()) co_return;
        head = std::unexpected(Refusal::timed_out);
        break;
      }
      head = parser_.parse_head(input_.unread());
    }
    idle_ = false;
    if (!head) {
      if (head.error() == Refusal::body_too_large)  // the head itself is in order
        describe_request(0);
      else
        forget_request();
      refuse(head.error());
      break;
    }
    describe_request(*head);
    if (parser_.head().framing != Framing::none) {
      const Received received = co_await receive_body();
      if (received != Received::all) break;
    }
    begin_answer();
    try {
      co_await shared_->handler.handle(*this);
      if (!begun()) answer_failure("it gave no answer");
    } catch (const std::exception& failure) {
      answer_failure(failure.what());
    }
    end_answer();
  }
  if (!flush_now()) co_await flush();
  if (broken_) co_return;
  if (refused_ || !input_.empty()) co_await linger();
}

void Connection::await_request() {
  idle_ = input_.empty();
  input_.release(kept_input_bytes);
  const auto& settings = shared_->settings;
  set_deadline(now_ + (served_ == 0 ? settings.header_timeout : settings.idle_timeout));
}

/// False: the server drains and nothing of a request has come.
bool Connection::await_rest_of_head(bool first_bytes) {
  if (input_.empty()) {
    if (!shared_->draining.load(std::memory_order_relaxed)) return true;
    if (served_ > 0) return false;
    set_deadline(std::min(deadline(), now_ + grace_for_new_connections));
  } else if (first_bytes || idle_) {
    idle_ = false;
    set_deadline(steady_clock::now() + shared_->settings.header_timeout);
  }
  return true;
}

void Connection::describe_request(std::size_t head_bytes) {
  request_bytes_ = head_bytes;
  const RequestHead& head = parser_.head();
  keep_alive_ = head.keep_alive && !shared_->draining.load(std::memory_order_relaxed);
  request_.method = head.method;
  request_.method_text = head.method_text;
  request_.target = head.target;
  request_.path = head.path;
  request_.query = head.query;
  request_.http_1_1 = head.http_1_1;
  request_.fields = head.fields;
  request_.body = {};
  request_.peer = peer_;
  request_.peer_text = peer_text_;
  request_.caller.reset();
  request_.token = {};
  request_.path_parameters = {};
  request_.context.request_id = is_sane_id(head.request_id) ? std::string(head.request_id) : core::uuid_v7().next();
  request_.context.trace = telemetry::trace_from(head.traceparent);
  request_.context.behind_gateway = shared_->settings.behind_gateway;
  status_ = 0;
  route_ = nullptr;
  cut_ = false;
}

core::Task<Connection::Received> Connection::receive_body() {
  const RequestHead& head = parser_.head();
  const bool begun = input_.unread().size() > request_bytes_;
  if (head.expects_continue && !begun) output_.append("HTTP/1.1 100 Continue\r\n\r\n");
  if (head.framing == Framing::chunked) co_return co_await receive_chunked_body();
  co_return co_await receive_sized_body();
}

core::Task<Connection::Received> Connection::receive_sized_body() {
  const auto length = static_cast<std::size_t>(parser_.head().content_length);
  const std::string_view behind_head = input_.unread().substr(request_bytes_);
  if (behind_head.size() >= length) {
    request_.body = behind_head.substr(0, length);
    request_bytes_ += length;
    co_return Received::all;
  }
  long_body_.assign(behind_head);
  request_bytes_ += behind_head.size();
  const auto begin = steady_clock::now();
  while (long_body_.size() < length) {
    if (!flush_now()) co_await flush();
    if (broken_) co_return Received::nothing;
    set_body_deadline(begin, long_body_.size());
    if (next_input_.empty()) {
      const bool more = co_await receive(next_input_);
      if (!more) co_return stopped_receiving();
    }
    const std::string_view piece = next_input_.unread().substr(0, length - long_body_.size());
    long_body_.append(piece);
    next_input_.consume(piece.size());
  }
  request_.body = long_body_;
  co_return Received::all;
}

core::Task<Connection::Received> Connection::receive_chunked_body() {
  long_body_.clear();
  next_input_.append(input_.unread().substr(request_bytes_));
  request_bytes_ = input_.unread().size();
  const auto begin = steady_clock::now();
  std::size_t received = next_input_.unread().size();
  for (;;) {
    const auto used = parser_.parse_chunks(next_input_.unread(), long_body_);
    if (!used) {
      refuse(used.error());
      co_return Received::refused;
    }
    next_input_.consume(*used);
    if (parser_.body_done()) break;
    if (!flush_now()) co_await flush();
    if (broken_) co_return Received::nothing;
    set_body_deadline(begin, received);
    const std::size_t before = next_input_.unread().size();
    const bool more = co_await receive(next_input_);
    if (!more) co_return stopped_receiving();
    received += next_input_.unread().size() - before;
  }
  request_.body = long_body_;
  co_return Received::all;
}

core::Task<bool> Connection::receive(net::InputBuffer& input) {
  while (!stream_.receive_now(input, body_read_bytes)) {
    if (stream_.ended()) co_return false;
    const bool ready = co_await stream_.readable();
    if (!ready) co_return false;
  }
  co_return true;
}

Connection::Received Connection::stopped_receiving() {
  if (!expired()) return Received::nothing;
  refuse(Refusal::timed_out);
  return Received::refused;
}

void Connection::set_body_deadline(core::SteadyTime begin, std::size_t received_bytes) {
  const auto& settings = shared_->settings;
  const std::chrono::milliseconds earned(received_bytes * 1000 / settings.min_body_bytes_per_second);
  set_deadline(begin + std::min(settings.body_timeout, settings.body_grace + earned));
}

void Connection::begin_answer() {
  begun_at_ = steady_clock::now();
  clear_deadline();
  auto time = shared_->settings.request_timeout;
  if (request_.context.behind_gateway)
    if (auto left = parse_timeout(parser_.head().timeout_ms)) time = std::min(time, *left);
  request_.context.deadline = core::Deadline::at(begun_at_ + time);
}

/// A defect: told to the log, not to the client.
void Connection::answer_failure(std::string_view what) {
  telemetry::log(telemetry::Level::error, shared_->settings.service, "a handler failed",
                 {{"what", what}, {"request_id", std::string_view(request_.context.request_id)}});
  if (begun()) return cut();
  answer(problem(500, "an unexpected error", request_));
}

void Connection::end_answer() {
  now_ = steady_clock::now();
  RouteMetrics& route = route_ != nullptr ? *route_ : shared_->unrouted;
  route.record(request_, status_, now_ - begun_at_, shared_->settings.log_requests);
  if (cut_) keep_alive_ = false;
  ++served_;
  request_.caller.reset();
  input_.consume(request_bytes_);
  if (!next_input_.empty()) input_ = std::exchange(next_input_, net::InputBuffer());
  if (long_body_.capacity() > kept_input_bytes) long_body_ = std::string();
}

/// Nothing of a head that is not in order is trusted.
void Connection::forget_request() {
  request_ = Request();
  request_.context.request_id = core::uuid_v7().next();
  request_.context.trace = telemetry::begin_trace();
}

void Connection::refuse(Refusal refusal) {
  keep_alive_ = false;
  refused_ = true;
  const int status = status_of(refusal);
  Response response = problem(status, detail_of(refusal), request_);
  if (refusal == Refusal::too_many_connections) response.with("Retry-After", "1");
  answer(response);
  shared_->unrouted.record(request_, status, {}, shared_->settings.log_requests);
}

core::Task<void> Connection::turn_away() {
  forget_request();
  refuse(Refusal::too_many_connections);
  if (!flush_now()) co_await flush();
  if (!broken_) co_await linger();
}

core::Task<void> Connection::linger() {
  stream_.finish_sending();
  set_deadline(steady_clock::now() + linger_time);
  for (bool more = true; more;) {
    input_.consume(input_.unread().size());
    more = co_await receive(input_);
  }
}

void Connection::close_if_idle() {
  if (!idle_) return;
  if (served_ == 0) {
    set_deadline(std::min(deadline(), steady_clock::now() + grace_for_new_connections));
  } else if (!stream_.has_input()) {
    close();
  }
}

void Connection::close() {
  broken_ = true;
  stream_.shut_down();
  stream_.cancel();
}

}  // namespace pms::http
