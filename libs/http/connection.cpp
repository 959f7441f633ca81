#include "http/connection.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/deadline.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"
#include "http/problem.hpp"
#include "net/address.hpp"
#include "net/stream.hpp"
#include "telemetry/log.hpp"

namespace pms::http {
namespace {

using std::chrono::steady_clock;

/// The buffers of an idle connection are freed when they are larger than this.
constexpr std::size_t kept_bytes = 16 * 1024;
constexpr std::size_t body_read_bytes = 16 * 1024;
/// After this many requests that had arrived already, the connection lets others go first.
constexpr int max_served_in_a_row = 16;
/// The gateway decides how long a request may take, up to this.
constexpr std::chrono::milliseconds max_request_timeout = std::chrono::minutes(10);
/// The rest of a refused request is read for this long, so that the refusal is not lost in a reset.
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
    : net::Expiring(lane.io),
      lane_(lane),
      shared_(std::move(shared)),
      stream_(std::move(socket)),
      output_(stream_, *this, shared_->settings.write_timeout, shared_->settings.max_buffered_bytes),
      parser_({.max_head_bytes = shared_->settings.max_header_bytes,
               .max_fields = shared_->settings.max_header_fields,
               .max_request_line_bytes = shared_->settings.max_request_line_bytes,
               .max_body_bytes = shared_->settings.max_body_bytes}),
      exchange_(output_, parser_.head(), lane),
      peer_(net::without_mapping(stream_.peer().address())),
      client_(peer_),
      open_connections_(shared_->counts.add(client_)),
      peer_text_(peer_.to_string()) {
  stream_.set_observer(this);
  shared_->open_connections.Increment();
  shared_->process_connections.Increment();
}

Connection::~Connection() {
  shared_->open_connections.Decrement();
  shared_->process_connections.Decrement();
  shared_->counts.remove(client_);
}

/// What almost every request needs happens without a coroutine of its own, since each costs as much
/// as writing a head.
core::Task<void> Connection::serve() {
  now_ = steady_clock::now();
  await_request();
  while (phase_ != Phase::ended) {
    // Before the next request is handled, so that a response does not wait for a later one.
    if (!output_.flush_now()) co_await output_.flush();
    if (++served_in_a_row_ > max_served_in_a_row) {
      served_in_a_row_ = 0;
      const bool ready = co_await stream_.yield();
      if (!ready) stop_receiving();
    }
    while (!try_parse_head()) {
      set_head_deadline();
      while (!try_receive_head()) {
        const bool ready = co_await stream_.readable();
        served_in_a_row_ = 0;
        if (!ready) stop_receiving();
      }
    }
    if (phase_ == Phase::admission) admit();
    if (phase_ == Phase::admission) co_await await_admission();
    if (phase_ == Phase::body) co_await receive_body();
    if (phase_ == Phase::handling) {
      try {
        co_await shared_->handler.handle(exchange_);
        if (!exchange_.begun()) answer_failure("it returned no response");
      } catch (const std::exception& failure) {
        answer_failure(failure.what());
      }
      phase_ = Phase::answered;
    }
    if (phase_ == Phase::answered) end_request();
  }
  co_await finish();
}

void Connection::await_request() {
  phase_ = Phase::head;
  set_deadline(now_ + shared_->settings.header_timeout);
}

/// Nothing has arrived of another request, and nothing is left to send.
void Connection::become_idle() {
  idle_ = true;
  lane_.idle.add(*this);
  input_.release(kept_bytes);
  body_.release(kept_bytes);
  output_.release(kept_bytes);
  const auto& settings = shared_->settings;
  set_deadline(now_ + (served_ > 0 ? settings.idle_timeout : settings.header_timeout));
  if (shared_->draining.load(std::memory_order_relaxed)) begin_drain();
}

void Connection::leave_idle() {
  if (!idle_) return;
  idle_ = false;
  EvictionHook::unlink();
}

/// Returns false when more of the head has to arrive.
bool Connection::try_parse_head() {
  if (phase_ == Phase::ended) return true;
  const auto head_bytes = parser_.parse_head(input_.unread());
  if (head_bytes && *head_bytes == 0) return false;
  leave_idle();
  if (head_bytes) {
    begin_request(*head_bytes);
  } else {
    refuse_head(head_bytes.error());
  }
  return true;
}

/// Returns false when nothing has arrived, so that the caller has to wait.
bool Connection::try_receive_head() {
  if (phase_ == Phase::ended) return true;
  if (!output_.broken() && stream_.receive_now(input_, 1)) return true;
  if (output_.broken() || stream_.ended()) phase_ = Phase::ended;
  return phase_ == Phase::ended;
}

/// Limits the time until a request begins to arrive, or until its head is complete.
void Connection::set_head_deadline() {
  if (output_.broken()) {
    phase_ = Phase::ended;
  } else if (input_.empty()) {
    if (!idle_) become_idle();
  } else if (idle_) {
    leave_idle();
    set_deadline(steady_clock::now() + shared_->settings.header_timeout);
  }
}

void Connection::begin_request(std::size_t head_bytes) {
  input_.consume(head_bytes);
  describe_request();
  const RequestHead& head = parser_.head();
  body_bytes_received_ = input_.unread().size();
  body_.begin(head.framing, head.content_length, shared_->settings.max_body_bytes, trailer_limits());
  arrived_body_ = body_.take(input_);
  if (arrived_body_.status == BodyReader::Status::refused) return refuse(body_.refusal());
  phase_ = Phase::admission;
  // Until the request is admitted, its response is a refusal. After a refusal the connection can be
  // used for another request only if this one has arrived as a whole.
  lingers_ = arrived_body_.status == BodyReader::Status::part;
  exchange_.keep_alive_ = keep_alive_ && !lingers_;
  begin_answer();
}

/// Trailers count towards the limits of the head.
ChunkLimits Connection::trailer_limits() const {
  const RequestHead& head = parser_.head();
  const auto& settings = shared_->settings;
  return {.max_trailer_bytes = settings.max_header_bytes - std::min(head.bytes, settings.max_header_bytes),
          .max_trailers = settings.max_header_fields - std::min(head.fields.size(), settings.max_header_fields)};
}

void Connection::describe_request() {
  const RequestHead& head = parser_.head();
  keep_alive_ = head.keep_alive && !shared_->draining.load(std::memory_order_relaxed);
  exchange_.reset();
  Request& request = exchange_.request_;
  request.method = head.method;
  request.method_text = head.method_text;
  request.target = head.target;
  request.path = head.path;
  request.query = head.query;
  request.http_1_1 = head.http_1_1;
  request.fields = head.fields;
  request.body = {};
  request.peer = peer_;
  request.peer_text = peer_text_;
  request.caller.reset();
  request.token = {};
  request.path_parameters = {};
  request.context.request_id = is_sane_id(head.request_id) ? std::string(head.request_id) : core::uuid_v7().next();
  request.context.trace = telemetry::trace_from(head.traceparent);
  request.context.behind_gateway = shared_->settings.behind_gateway;
}

/// Nothing is trusted of a head that is not well-formed.
void Connection::forget_request() {
  exchange_.reset();
  exchange_.request_ = Request();
  exchange_.request_.context.request_id = core::uuid_v7().next();
  exchange_.request_.context.trace = telemetry::begin_trace();
}

void Connection::admit() {
  try {
    apply(shared_->handler.admit(exchange_));
  } catch (const std::exception& failure) {
    answer_failure(failure.what());
    phase_ = Phase::answered;
  }
}

core::Task<void> Connection::await_admission() {
  try {
    const bool admitted = co_await shared_->handler.await_admission(exchange_);
    apply(admitted ? Admission::admitted : Admission::answered);
  } catch (const std::exception& failure) {
    answer_failure(failure.what());
    phase_ = Phase::answered;
  }
}

void Connection::apply(Admission admission) {
  if (admission == Admission::wait) return;
  if (admission == Admission::answered) {
    if (!exchange_.begun()) answer_failure("it refused a request without an answer");
    phase_ = Phase::answered;
    return;
  }
  exchange_.keep_alive_ = keep_alive_;
  lingers_ = false;
  if (!body_.lower_limit(exchange_.max_body_bytes_)) return refuse(Refusal::body_too_large);
  if (arrived_body_.status == BodyReader::Status::complete) {
    exchange_.request_.body = arrived_body_.bytes;
    phase_ = Phase::handling;
  } else {
    phase_ = Phase::body;
  }
}

/// Receives what had not arrived with the head.
core::Task<void> Connection::receive_body() {
  if (parser_.head().expects_continue && body_bytes_received_ == 0)
    output_.bytes().append("HTTP/1.1 100 Continue\r\n\r\n");
  long_body_.assign(arrived_body_.bytes);
  next_input_.append(input_.unread());  // the beginning of a line between two chunks
  input_.consume(input_.unread().size());
  const auto begin = exchange_.begun_at_;
  while (phase_ == Phase::body) {
    if (!output_.flush_now()) co_await output_.flush();
    set_body_deadline(begin);
    const std::size_t waiting = next_input_.unread().size();
    const bool more = co_await receive(next_input_);
    body_bytes_received_ += next_input_.unread().size() - waiting;
    if (more) {
      take_body();
    } else {
      stop_receiving();
    }
  }
}

void Connection::take_body() {
  const BodyReader::Piece piece = body_.take(next_input_);
  if (piece.status == BodyReader::Status::refused) return refuse(body_.refusal());
  long_body_.append(piece.bytes);
  buffered_body_.resize(long_body_.capacity());
  if (piece.status == BodyReader::Status::part) {
    if (BufferedBytes::total() > shared_->settings.max_buffered_bytes) refuse(Refusal::too_many_bodies);
    return;
  }
  exchange_.request_.body = long_body_;
  begin_answer();
  phase_ = Phase::handling;
}

void Connection::set_body_deadline(core::SteadyTime begin) {
  const auto& settings = shared_->settings;
  const std::chrono::milliseconds earned(body_bytes_received_ * 1000 / settings.min_body_bytes_per_second);
  set_deadline(begin + std::min(settings.body_timeout, settings.body_grace + earned));
}

/// Returns false when nothing more arrives: the connection has ended, or the deadline has passed.
core::Task<bool> Connection::receive(net::InputBuffer& input) {
  while (!output_.broken() && !stream_.receive_now(input, body_read_bytes)) {
    if (stream_.ended()) co_return false;
    const bool ready = co_await stream_.readable();
    if (!ready) co_return false;
  }
  co_return !output_.broken();
}

/// Refuses a request that did not arrive in time; otherwise the connection just ends.
void Connection::stop_receiving() {
  if (!expired() || (phase_ == Phase::head && input_.empty())) {
    phase_ = Phase::ended;
  } else if (phase_ == Phase::head) {
    refuse_head(Refusal::timed_out);
  } else {
    refuse(Refusal::timed_out);
  }
}

void Connection::begin_answer() {
  exchange_.begun_at_ = steady_clock::now();
  clear_deadline();
  auto time = shared_->settings.request_timeout;
  RequestContext& context = exchange_.request_.context;
  if (context.behind_gateway)
    if (auto left = parse_timeout(parser_.head().timeout_ms)) time = std::min(*left, max_request_timeout);
  context.deadline = core::Deadline::at(exchange_.begun_at_ + time);
}

/// A defect of the handler: the log gets its description, and the client does not.
void Connection::answer_failure(std::string_view what) {
  const Request& request = exchange_.request_;
  telemetry::log(telemetry::Level::error, shared_->settings.service, "a handler failed",
                 {{"what", what}, {"request_id", std::string_view(request.context.request_id)}});
  if (exchange_.begun()) return exchange_.cut();
  exchange_.answer(problem(500, "an unexpected error", request));
}

void Connection::end_request() {
  now_ = steady_clock::now();
  RouteMetrics& route = exchange_.route_ != nullptr ? *exchange_.route_ : shared_->unrouted;
  const bool cut = exchange_.cut_ || output_.broken();
  route.record(exchange_.request_, exchange_.status_, now_ - exchange_.begun_at_, cut, shared_->settings.log_requests);
  ++served_;
  exchange_.request_.caller.reset();
  if (!next_input_.empty()) input_ = std::exchange(next_input_, net::InputBuffer());
  if (long_body_.capacity() > kept_bytes) long_body_ = std::string();
  buffered_body_.resize(long_body_.capacity());
  if (exchange_.keep_alive_ && !exchange_.cut_ && !output_.broken()) return await_request();
  phase_ = Phase::ended;
}

void Connection::refuse(Refusal refusal) {
  exchange_.keep_alive_ = false;
  lingers_ = true;
  phase_ = Phase::ended;
  const int status = status_of(refusal);
  Response response = problem(status, detail_of(refusal), exchange_.request_);
  if (status == 503) response.with("Retry-After", "1");
  exchange_.answer(response);
  RouteMetrics& route = exchange_.route_ != nullptr ? *exchange_.route_ : shared_->unrouted;
  route.record_refusal(exchange_.request_, status, shared_->settings.log_requests);
}

void Connection::refuse_head(Refusal refusal) {
  if (refusal == Refusal::body_too_large) {
    describe_request();  // the head itself is in order
  } else {
    forget_request();
  }
  refuse(refusal);
}

core::Task<void> Connection::turn_away() {
  forget_request();
  refuse(Refusal::too_many_connections);
  co_await finish();
}

core::Task<void> Connection::finish() {
  if (!output_.flush_now()) co_await output_.flush();
  if (output_.broken()) co_return;
  if (lingers_ || !input_.empty()) co_await linger();
}

core::Task<void> Connection::linger() {
  stream_.finish_sending();
  set_deadline(steady_clock::now() + linger_time);
  for (bool more = true; more;) {
    input_.consume(input_.unread().size());
    more = co_await receive(input_);
  }
}

void Connection::begin_drain() {
  if (idle_) set_deadline(std::min(deadline(), steady_clock::now() + shared_->settings.drain_grace));
}

/// Something has happened while no coroutine waits for it: the handler is working.
void Connection::on_stream_event(bool broken) {
  if (broken && exchange_.on_client_gone_) std::exchange(exchange_.on_client_gone_, nullptr)();
}

void Connection::close() {
  output_.set_broken();
  stream_.shut_down();
  stream_.cancel();
}

}  // namespace pms::http
