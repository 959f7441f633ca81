#include "telemetry/log_writer.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <memory>
#include <sstream>
#include <string>
#include <unistd.h>

namespace pms::telemetry {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t pipe_bytes = 4'096;
constexpr std::size_t max_waiting_bytes = 10'000;

/// A writer to a pipe that holds 4 KiB.
class LogWriterTest : public testing::Test {
 protected:
  LogWriterTest() {
    std::signal(SIGPIPE, SIG_IGN);
    EXPECT_EQ(::pipe2(ends_, O_CLOEXEC), 0);
    EXPECT_EQ(::fcntl(ends_[1], F_SETPIPE_SZ, pipe_bytes), static_cast<int>(pipe_bytes));
    writer =
        std::make_unique<LogWriter>(write_end(), max_waiting_bytes, [this](std::size_t lines) { dropped += lines; });
  }
  ~LogWriterTest() override {
    stop_reading();  // a writer that is blocked by the full pipe gets an error
    writer.reset();
    ::close(ends_[1]);
  }

  void stop_reading() {
    if (ends_[0] >= 0) ::close(ends_[0]);
    ends_[0] = -1;
  }
  int write_end() const { return ends_[1]; }

  /// Reads `bytes` bytes from the pipe.
  std::string read(std::size_t bytes) const {
    std::string text(bytes, '\0');
    for (std::size_t filled = 0; filled < bytes;) {
      const ssize_t got = ::read(ends_[0], text.data() + filled, bytes - filled);
      EXPECT_GT(got, 0);
      if (got <= 0) break;
      filled += static_cast<std::size_t>(got);
    }
    return text;
  }

  static std::string line(int number) { return fmt::format("line {:>94}\n", number); }  // 100 bytes

  std::atomic<std::size_t> dropped = 0;
  std::unique_ptr<LogWriter> writer;

 private:
  int ends_[2] = {-1, -1};
};

TEST_F(LogWriterTest, WritesLinesInTheirOrder) {
  writer->write("first\n");
  writer->write("second\n");
  EXPECT_TRUE(writer->flush(10s));
  EXPECT_EQ(read(13), "first\nsecond\n");
}

TEST_F(LogWriterTest, NeverBlocksAndCountsTheLinesThatItDrops) {
  constexpr int lines = 10'000;
  for (int i = 0; i < lines; ++i) writer->write(line(i));
  const std::size_t kept = lines - dropped;
  EXPECT_GE(kept, max_waiting_bytes / 100);
  EXPECT_LE(kept, (pipe_bytes + 2 * max_waiting_bytes) / 100);

  std::istringstream text(read(kept * 100));
  int previous = -1;
  for (std::string word; text >> word >> word;) {
    ASSERT_GT(std::stoi(word), previous);
    previous = std::stoi(word);
  }
  EXPECT_TRUE(writer->flush(10s));
  writer->write("room again\n");
  EXPECT_EQ(read(11), "room again\n");
}

TEST_F(LogWriterTest, FlushesOnlyAsLongAsItIsAllowedTo) {
  for (int i = 0; i < 1'000; ++i) writer->write(line(i));
  EXPECT_FALSE(writer->flush(1ms));
}

TEST_F(LogWriterTest, CountsLinesThatNoReaderIsLeftFor) {
  stop_reading();
  writer->write("first\n");
  writer->write("second\n");
  EXPECT_TRUE(writer->flush(10s));
  EXPECT_EQ(dropped, 2U);
}

TEST_F(LogWriterTest, WaitsForADescriptorThatDoesNotBlock) {
  EXPECT_EQ(::fcntl(write_end(), F_SETFL, O_NONBLOCK), 0);
  for (int i = 0; i < 100; ++i) writer->write(line(i));
  EXPECT_EQ(std::ranges::count(read(10'000), '\n'), 100);
  EXPECT_TRUE(writer->flush(10s));
  EXPECT_EQ(dropped, 0U);
}

TEST_F(LogWriterTest, WritesALineThatIsLongerThanAPipe) {
  const std::string long_line = std::string(2 * pipe_bytes, 'x') + "\n";
  writer->write(long_line);
  writer->write("next\n");
  EXPECT_EQ(read(long_line.size() + 5), long_line + "next\n");
}

}  // namespace
}  // namespace pms::telemetry
