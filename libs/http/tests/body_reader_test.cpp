// Tests the reader of bodies in isolation: how each framing ends, what remains in the buffer, and
// which bodies are too large.
#include "http/body_reader.hpp"

#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>

namespace pms::http {
namespace {

using Status = BodyReader::Status;

constexpr std::uint64_t no_limit = 1'000'000;

struct Outcome {
  Status status = Status::part;
  std::string body;
  std::string rest;  ///< what remains in the input buffer
};

/// Reads a body that arrives in pieces of `step` bytes, up to its end.
Outcome read(BodyReader& reader, std::string_view bytes, std::size_t step) {
  net::InputBuffer input;
  Outcome outcome;
  for (std::size_t at = 0; at < bytes.size() && outcome.status == Status::part; at += step) {
    input.append(bytes.substr(at, step));
    const BodyReader::Piece piece = reader.take(input);
    outcome.status = piece.status;
    outcome.body += piece.bytes;
  }
  outcome.rest = input.unread();
  return outcome;
}

TEST(BodyReaders, FindNothingAfterAHeadWithoutABody) {
  BodyReader reader;
  net::InputBuffer input;
  input.append("GET / HTTP/1.1\r\n");
  reader.begin(Framing::none, 0, no_limit);
  const BodyReader::Piece piece = reader.take(input);
  EXPECT_EQ(piece.status, Status::complete);
  EXPECT_EQ(piece.bytes, "");
  EXPECT_EQ(input.unread(), "GET / HTTP/1.1\r\n");
}

TEST(BodyReaders, TakeASizedBodyHoweverItIsCutAndNoByteMore) {
  for (std::size_t step = 1; step <= 12; ++step) {
    BodyReader reader;
    reader.begin(Framing::length, 5, no_limit);
    const Outcome outcome = read(reader, "hello, world", step);
    EXPECT_EQ(outcome.status, Status::complete) << "in steps of " << step;
    EXPECT_EQ(outcome.body, "hello");
    EXPECT_EQ(outcome.body + outcome.rest, std::string_view("hello, world").substr(0, (5 + step - 1) / step * step));
  }
}

TEST(BodyReaders, ReturnASizedBodyAsAViewIntoTheBuffer) {
  BodyReader reader;
  net::InputBuffer input;
  input.append("hello, world");
  const char* const place = input.unread().data();
  reader.begin(Framing::length, 12, no_limit);
  const BodyReader::Piece piece = reader.take(input);
  EXPECT_EQ(piece.status, Status::complete);
  EXPECT_EQ(piece.bytes, "hello, world");
  EXPECT_EQ(static_cast<const void*>(piece.bytes.data()), place);
  EXPECT_TRUE(input.empty());
}

TEST(BodyReaders, WaitForASizedBodyOfWhichNothingHasArrived) {
  BodyReader reader;
  net::InputBuffer input;
  reader.begin(Framing::length, 5, no_limit);
  EXPECT_EQ(reader.take(input).status, Status::part);
  EXPECT_FALSE(reader.ends_when_closed());
}

TEST(BodyReaders, DecodeAChunkedBodyHoweverItIsCut) {
  const std::string body = "5\r\nhello\r\n1;ext=\"x\"\r\n,\r\n6\r\n world\r\n0\r\nTrailer: t\r\n\r\n";
  for (std::size_t step = 1; step <= body.size(); ++step) {
    BodyReader reader;
    reader.begin(Framing::chunked, 0, no_limit);
    const Outcome outcome = read(reader, body, step);
    EXPECT_EQ(outcome.status, Status::complete) << "in steps of " << step;
    EXPECT_EQ(outcome.body, "hello, world");
    EXPECT_EQ(outcome.rest, "");
  }
}

TEST(BodyReaders, LeaveTheNextMessageAfterAChunkedBody) {
  BodyReader reader;
  reader.begin(Framing::chunked, 0, no_limit);
  const Outcome outcome = read(reader, "2\r\nhi\r\n0\r\n\r\nGET /", 100);
  EXPECT_EQ(outcome.status, Status::complete);
  EXPECT_EQ(outcome.rest, "GET /");
}

TEST(BodyReaders, RefuseMalformedChunks) {
  BodyReader reader;
  reader.begin(Framing::chunked, 0, no_limit);
  EXPECT_EQ(read(reader, "2\r\nhi!\r\n0\r\n\r\n", 100).status, Status::refused);
  EXPECT_EQ(reader.refusal(), Refusal::malformed);
}

TEST(BodyReaders, PassOnEverythingUntilTheConnectionCloses) {
  BodyReader reader;
  reader.begin(Framing::until_close, 0, no_limit);
  const Outcome outcome = read(reader, "hello, world", 5);
  EXPECT_EQ(outcome.status, Status::part);
  EXPECT_EQ(outcome.body, "hello, world");
  EXPECT_TRUE(reader.ends_when_closed());
}

TEST(BodyReaders, TakeBodiesUpToTheLimit) {
  for (const auto& [framing, bytes] : {std::pair(Framing::length, "hello"),
                                       {Framing::chunked, "5\r\nhello\r\n0\r\n\r\n"},
                                       {Framing::until_close, "hello"}}) {
    BodyReader reader;
    reader.begin(framing, 5, 5);
    const Outcome outcome = read(reader, bytes, 3);
    EXPECT_EQ(outcome.status, framing == Framing::until_close ? Status::part : Status::complete);
    EXPECT_EQ(outcome.body, "hello");
  }
}

TEST(BodyReaders, RefuseBodiesThatAreLargerThanTheLimit) {
  for (const auto& [framing, bytes] : {std::pair(Framing::length, "hello"),
                                       {Framing::chunked, "5\r\nhello\r\n0\r\n\r\n"},
                                       {Framing::chunked, "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"},
                                       {Framing::until_close, "hello"}}) {
    BodyReader reader;
    reader.begin(framing, 5, 4);
    EXPECT_EQ(read(reader, bytes, 3).status, Status::refused) << bytes;
    EXPECT_EQ(reader.refusal(), Refusal::body_too_large);
  }
}

TEST(BodyReaders, ReadOneBodyAfterTheOther) {
  BodyReader reader;
  reader.begin(Framing::length, 5, 5);
  EXPECT_EQ(read(reader, "hello", 2).body, "hello");
  reader.begin(Framing::chunked, 0, 5);
  EXPECT_EQ(read(reader, "5\r\nworld\r\n0\r\n\r\n", 4).body, "world");
  reader.begin(Framing::none, 0, 5);
  EXPECT_EQ(read(reader, "?", 1).status, Status::complete);
}

}  // namespace
}  // namespace pms::http
