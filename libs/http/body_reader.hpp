// Receives the body of a message, whichever way its end is found (RFC 9112, section 6.3). The
// server, the client and the gateway's relay all read bodies with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/chunk_decoder.hpp"
#include "http/framing.hpp"
#include "http/refusal.hpp"
#include "net/input_buffer.hpp"

namespace pms::http {

/// Reads one body after the other. It never waits: the caller receives into an InputBuffer and
/// calls take().
class BodyReader {
 public:
  enum class Status : std::uint8_t {
    part,      ///< more of the body has to arrive
    complete,  ///< this piece is the end of the body
    refused,   ///< see refusal(); the connection is of no further use
  };

  struct Piece {
    Status status = Status::complete;
    /// Valid until the next call of take() or begin(), or until more is received into the input
    /// buffer.
    std::string_view bytes;
  };

  /// Prepares for the body that follows a head. `length` counts only for Framing::length. A body of
  /// more than `max_bytes` is refused as soon as its size is known.
  void begin(Framing framing, std::uint64_t length, std::uint64_t max_bytes, const ChunkLimits& = {});

  /// Lowers the limit of the body that begin() was called for. False: it is known to be larger.
  bool lower_limit(std::uint64_t max_bytes);

  /// Consumes what has arrived of the body and returns it. Bytes after the end of the body stay in
  /// `input`. A sized body is returned as a view into `input`, and only the pieces of a chunked one
  /// are copied.
  Piece take(net::InputBuffer& input);

  /// Why take() returned `refused`: malformed or body_too_large.
  Refusal refusal() const { return refusal_; }

  /// Whether the body is complete when the other side closes the connection without an error.
  bool ends_when_closed() const { return framing_ == Framing::until_close; }

  /// Frees the memory for decoded chunks when it has grown beyond `keep_bytes`.
  void release(std::size_t keep_bytes) {
    if (decoded_.capacity() > keep_bytes) decoded_ = std::string();
  }

 private:
  Piece take_sized(net::InputBuffer& input);
  Piece take_chunks(net::InputBuffer& input);
  Piece take_until_close(net::InputBuffer& input);
  Piece refuse(Refusal refusal);

  Framing framing_ = Framing::none;
  Refusal refusal_ = Refusal::malformed;
  std::uint64_t remaining_ = 0;  // bytes of a sized body that have not been taken
  std::uint64_t taken_ = 0;      // bytes of a body that is not chunked
  std::uint64_t max_bytes_ = 0;
  ChunkDecoder chunks_;
  std::string decoded_;  // the piece of a chunked body that was returned last
};

}  // namespace pms::http
