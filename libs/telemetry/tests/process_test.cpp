#include "telemetry/process.hpp"

#include <chrono>
#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

#include "telemetry/metrics.hpp"

namespace pms::telemetry {
namespace {

/// Returns the value of a metric without labels.
double value_of(const std::string& name) {
  const std::string text = metrics_text();
  const std::size_t line = text.find("\n" + name + " ");
  EXPECT_NE(line, std::string::npos) << name;
  return line == std::string::npos ? -1 : std::stod(text.substr(line + name.size() + 2));
}

TEST(TheProcess, SaysWhatItIsAndWhatItUses) {
  describe_process("1.2.3");
  EXPECT_NE(metrics_text().find("build_info{version=\"1.2.3\"} 1"), std::string::npos);
  const auto now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_NEAR(value_of("process_start_time_seconds"), now, 600);
  EXPECT_GE(value_of("process_threads"), 1);
  EXPECT_GT(value_of("process_resident_memory_bytes"), 1'000'000);
  EXPECT_GE(value_of("process_max_fds"), value_of("process_open_fds"));
}

TEST(TheProcess, CountsItsDescriptorsAndItsCpuTimeAnew) {
  describe_process("1.2.3");
  const double descriptors = value_of("process_open_fds");
  const double seconds = value_of("process_cpu_seconds_total");
  const int another = dup(0);
  EXPECT_EQ(value_of("process_open_fds"), descriptors + 1);
  close(another);
  while (value_of("process_cpu_seconds_total") <= seconds) {
  }
}

}  // namespace
}  // namespace pms::telemetry
