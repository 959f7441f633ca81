#include "http/exchange.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>

#include "core/assert.hpp"
#include "http/head_writer.hpp"

namespace pms::http {
namespace {

/// Room for the fixed texts of a head.
constexpr std::size_t head_bytes = 128;

void append_hex(std::string& out, std::uint64_t number) {
  std::array<char, 16> digits;
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr);
}

bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }

}  // namespace

std::string_view DateLine::now() {
  const std::int64_t second = std::time(nullptr);
  if (second != second_) {
    second_ = second;
    std::tm utc{};
    const std::time_t time = second;
    gmtime_r(&time, &utc);
    std::array<char, 64> text;
    line_.assign(text.data(), std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc));
  }
  return line_;
}

void Exchange::answer(const Response& response) {
  std::string& out = begin(response.status);
  if (!response.content_type.empty()) out.append("Content-Type: ").append(response.content_type).append("\r\n");
  out.append(response.fields);
  end_head(Framing::length, response.whole_body().size());
  if (response.constant_body.empty()) {
    append_body(response.body);
  } else {
    append_constant_body(response.constant_body);
  }
  end_body();
}

std::string& Exchange::begin(int status, bool with_date) {
  status_ = status;
  answer_begin_ = output_.end();
  const std::string_view reason = reason_phrase(status);
  const std::string_view date = with_date ? lane_.date.now() : std::string_view();
  const std::string_view request_id = request_.context.request_id;
  append_head(output_.bytes(), head_bytes + reason.size() + date.size() + request_id.size(), [&](HeadWriter& head) {
    head.text("HTTP/1.1 ").number(static_cast<std::uint64_t>(status)).text(" ").text(reason).text("\r\n");
    head.text(date).text("X-Content-Type-Options: nosniff\r\n").field("X-Request-Id", request_id);
  });
  return output_.bytes();
}

void Exchange::end_head(Framing framing, std::uint64_t length) {
  if (lane_.draining.load(std::memory_order_relaxed)) keep_alive_ = false;
  const bool forbidden = has_no_body(status_);
  body_ = forbidden || framing == Framing::none || request_.method == Method::head ? Body::dropped : Body::plain;
  append_head(output_.bytes(), head_bytes, [&](HeadWriter& head) {
    if (framing == Framing::length && !forbidden) {
      head.text("Content-Length: ").number(length).text("\r\n");
    } else if (framing == Framing::chunked && body_ == Body::plain) {
      if (request_.http_1_1) {
        body_ = Body::chunked;
        head.text("Transfer-Encoding: chunked\r\n");
      } else {
        keep_alive_ = false;
      }
    }
    if (!keep_alive_) {
      head.text("Connection: close\r\n");
    } else if (!request_.http_1_1) {
      head.text("Connection: keep-alive\r\n");
    }
    head.text("\r\n");
  });
}

bool Exchange::withdraw() {
  if (!begun() || output_.sent() > answer_begin_) return false;
  output_.truncate(answer_begin_);
  status_ = 0;
  return true;
}

void Exchange::append_body(std::string_view bytes) {
  if (body_ == Body::dropped || bytes.empty()) return;
  if (body_ == Body::chunked) {
    append_hex(output_.bytes(), bytes.size());
    output_.bytes().append("\r\n").append(bytes).append("\r\n");
  } else {
    output_.bytes().append(bytes);
  }
}

void Exchange::append_constant_body(std::string_view text) {
  PMS_ASSERT(body_ != Body::chunked, "a constant body has a length");
  if (body_ == Body::plain) output_.append_constant(text);
}

void Exchange::end_body() {
  if (body_ == Body::chunked) output_.bytes().append("0\r\n\r\n");
}

}  // namespace pms::http
