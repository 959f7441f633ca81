#include "telemetry/log.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace pms::telemetry {
namespace {

using namespace std::string_literals;

/// Returns what the process writes to stderr while `action` runs.
template <class Action>
std::string written_by(Action action) {
  testing::internal::CaptureStderr();
  action();
  EXPECT_TRUE(flush_log(std::chrono::seconds(10)));
  return testing::internal::GetCapturedStderr();
}

boost::json::object parsed(const std::string& line) { return boost::json::parse(line).as_object(); }

TEST(JsonLog, HasTimeLevelServiceMessageAndFields) {
  start_logging(Level::info, "json");
  const std::string line = written_by([] {
    log(Level::warning, "patient-service", "slow answer",
        {{"route", "/patients"}, {"status", 200}, {"ms", 12.5}, {"cached", false}});
  });
  EXPECT_THAT(line,
              testing::MatchesRegex(R"(\{"time":"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z",)"
                                    R"("level":"warning","service":"patient-service","message":"slow answer",)"
                                    R"("route":"/patients","status":200,"ms":12\.5,"cached":false\})"
                                    "\n"));
}

TEST(JsonLog, IsOneValidLineWhateverIsLogged) {
  start_logging(Level::info, "json");
  const std::string text = "two\nlines \"quoted\" back\\slash \x01\x1b[31m tab\t ë\0 end"s;
  const std::string line = written_by([&] { log(Level::error, "pms", text, {{"ke\"y\n", text}, {"bad", "\xff ë"}}); });
  EXPECT_EQ(std::ranges::count(line, '\n'), 1);
  const auto object = parsed(line);
  EXPECT_EQ(object.at("message").as_string(), text);
  EXPECT_EQ(object.at("ke\"y\n").as_string(), text);
  EXPECT_TRUE(object.at("bad").as_string().starts_with("\ufffd "));
}

TEST(JsonLog, WritesNumbersAtTheirLimits) {
  start_logging(Level::info, "json");
  const auto object = parsed(written_by([] {
    log(Level::info, "pms", "numbers",
        {{"least", std::numeric_limits<std::int64_t>::min()},
         {"infinite", std::numeric_limits<double>::infinity()},
         {"not a number", std::numeric_limits<double>::quiet_NaN()}});
  }));
  EXPECT_EQ(object.at("least").as_int64(), std::numeric_limits<std::int64_t>::min());
  EXPECT_TRUE(object.at("infinite").is_null());
  EXPECT_TRUE(object.at("not a number").is_null());
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  start_logging(Level::warning, "json");
  EXPECT_FALSE(enabled(Level::info));
  EXPECT_TRUE(enabled(Level::error));
  EXPECT_EQ(written_by([] { log(Level::info, "pms", "quiet"); }), "");
  start_logging(Level::debug, "json");
  EXPECT_THAT(written_by([] { log(Level::debug, "pms", "loud"); }), testing::HasSubstr("loud"));
}

TEST(Log, WritesWholeLinesFromManyThreads) {
  start_logging(Level::info, "json");
  const std::string lines = written_by([] {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([] {
        for (int i = 0; i < 500; ++i) log(Level::info, "pms", std::string(200, 'x'), {{"i", i}});
      });
    for (auto& thread : threads) thread.join();
  });
  std::istringstream in(lines);
  int count = 0;
  for (std::string line; std::getline(in, line); ++count)
    ASSERT_EQ(parsed(line).at("message").as_string().size(), 200U);
  EXPECT_EQ(count, 2'000);
}

TEST(Log, KeepsTheOrderOfPlainLines) {
  start_logging(Level::info, "text");
  const std::string lines = written_by([] {
    log(Level::info, "pms", "first");
    print_to_stderr("pms: second");
    log(Level::info, "pms", "third");
  });
  EXPECT_THAT(lines, testing::MatchesRegex(".*first\npms: second\n.*third\n"));
}

TEST(Log, WritesTheLastLinesWhenTheProcessExits) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto end = [] {
    start_logging(Level::info, "text");
    log(Level::info, "pms", "the last line");
    std::exit(0);
  };
  EXPECT_EXIT(end(), testing::ExitedWithCode(0), "the last line");
}

TEST(TextLog, IsForPeople) {
  start_logging(Level::info, "text");
  const std::string line = written_by([] {
    log(Level::info, "billing-service", "listening", {{"port", 4001}, {"url", "http://x"}, {"why", "as asked"}});
  });
  EXPECT_THAT(line, testing::MatchesRegex(R"([-0-9T:.]+Z info    billing-service   listening  port=4001)"
                                          R"(  url=http://x  why="as asked")"
                                          "\n"));
}

TEST(TextLog, CanNotSteerATerminal) {
  start_logging(Level::info, "text");
  const std::string line = written_by([] { log(Level::info, "pms", "a\x1b[2Jb\r\nc\u009b1m", {{"k", "v\x1b"}}); });
  EXPECT_THAT(line, testing::EndsWith("a\\u001b[2Jb\\r\\nc\\u009b1m  k=v\\u001b\n"));
}

TEST(LogLevels, AreReadByName) {
  EXPECT_EQ(parse_level("debug"), Level::debug);
  EXPECT_EQ(parse_level("error"), Level::error);
  ASSERT_FALSE(parse_level("loud"));
  EXPECT_EQ(parse_level("loud").error().message, "must be debug, info, warning or error");
}

}  // namespace
}  // namespace pms::telemetry
