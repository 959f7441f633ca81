// Parses HTTP/1.1 messages (RFC 9112) in place: heads become views into the bytes that were
// received. What two parsers could understand differently (request smuggling) is refused.
//
// It replaces Boost.Beast's basic_parser because of a measurement: for the two heads of a relayed
// request Beast needed 10,700 instructions, and this parser needs 5,300. What Beast accepts (folded
// lines, lists of lengths, unknown codings) also had to be found again on top of it.
// tests/beast_agreement_test.cpp compares the two.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>
#include <vector>

#include "http/framing.hpp"
#include "http/message.hpp"
#include "http/refusal.hpp"

namespace pms::http {

struct ParserLimits {
  std::size_t max_head_bytes = 32 * 1024;
  std::size_t max_fields = 100;
  std::size_t max_request_line_bytes = 8 * 1024;
  std::uint64_t max_body_bytes = 1024 * 1024;  ///< of a request whose Content-Length says more
};

/// What the heads of requests and responses have in common.
struct Head {
  bool http_1_1 = true;
  bool keep_alive = true;  ///< as the version and the Connection fields say
  Framing framing = Framing::none;
  bool has_content_length = false;  ///< also where no body follows, for example in a response to HEAD
  std::uint64_t content_length = 0;
  std::vector<Field> fields;
  std::size_t bytes = 0;  ///< of the whole head, as received
  /// Whether a Connection field names this one, so that it is meant for one hop only (RFC 9110,
  /// section 7.6.1). False for fields that are always for the final recipient, such as
  /// Authorization: Connection cannot remove them.
  bool connection_names(std::string_view field_name) const;

  /// A head whose Connection fields have more members than this is malformed.
  static constexpr std::size_t max_connection_options = 16;
  std::array<std::string_view, max_connection_options> connection_options;  ///< but close and keep-alive
  std::size_t connection_option_count = 0;
};

struct RequestHead : Head {
  Method method = Method::other;
  std::string_view method_text;
  std::string_view target;  ///< as sent
  std::string_view path;    ///< of the target, without scheme and authority
  std::string_view query;   ///< null data when there is no question mark
  std::string_view host;    ///< the authority of a target in absolute form, otherwise the Host field
  std::string_view authorization;
  std::string_view request_id;    ///< X-Request-Id; empty when there are several
  std::string_view traceparent;   ///< empty when there are several
  std::string_view timeout_ms;    ///< X-Request-Timeout-Ms
  bool expects_continue = false;  ///< Expect: 100-continue
};

struct ResponseHead : Head {
  int status = 0;
};

/// Reads one request after the other.
class RequestParser {
 public:
  explicit RequestParser(const ParserLimits& limits) : limits_(limits) {}

  /// `bytes`: everything that was received and not consumed. Returns the size of the head, or 0
  /// when it is not complete yet (call again with the same bytes and more after them). The head's
  /// views point into `bytes`.
  /// Error: why the request is refused; the connection is closed after the response.
  std::expected<std::size_t, Refusal> parse_head(std::string_view bytes);
  const RequestHead& head() const { return head_; }

 private:
  ParserLimits limits_;
  RequestHead head_;
  std::size_t skipped_ = 0;  // bytes of empty lines before the head
  std::size_t scanned_ = 0;  // bytes of an incomplete head already searched for its end
};

/// Reads one response after the other.
class ResponseParser {
 public:
  struct Malformed {};  ///< the connection is of no further use, whatever is wrong

  explicit ResponseParser(const ParserLimits& limits = {}) : limits_(limits) {}

  /// Like RequestParser::parse_head(). `to_head`: this is the response to a HEAD request, which has
  /// no body. Interim (1xx) heads are returned like others.
  std::expected<std::size_t, Malformed> parse_head(std::string_view bytes, bool to_head);
  const ResponseHead& head() const { return head_; }

 private:
  ParserLimits limits_;
  ResponseHead head_;
  std::size_t scanned_ = 0;
};

}  // namespace pms::http
