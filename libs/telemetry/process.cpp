#include "telemetry/process.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

#include "telemetry/metrics.hpp"

namespace pms::telemetry {
namespace {

/// The fields of /proc/self/stat (proc(5)) from the process's state on. The name before them may
/// contain any character.
struct Stat {
  double started_seconds = 0;  ///< seconds after the machine's start
  double threads = 0;
  double resident_bytes = 0;
};

Stat read_stat() {
  std::ifstream file("/proc/self/stat");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::istringstream behind_name(text.substr(std::min(text.rfind(')') + 1, text.size())));
  Stat stat;
  std::string field;
  for (int number = 3; behind_name >> field; ++number) {
    if (number == 20) stat.threads = std::stod(field);
    if (number == 22) stat.started_seconds = std::stod(field) / static_cast<double>(sysconf(_SC_CLK_TCK));
    if (number == 24) stat.resident_bytes = std::stod(field) * static_cast<double>(sysconf(_SC_PAGESIZE));
  }
  return stat;
}

double seconds_since_boot() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<double>(now.tv_sec);
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + static_cast<double>(microseconds) / 1e6;
}

double open_descriptors() {
  std::error_code failure;
  const std::filesystem::directory_iterator all("/proc/self/fd", failure);
  return failure
             ? 0
             : static_cast<double>(std::distance(begin(all), end(all))) - 1;  // minus the descriptor that lists them
}

double max_descriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

void refresh() {
  static auto& cpu = counter("process_cpu_seconds_total", "User and system CPU time in seconds");
  static auto& resident = gauge("process_resident_memory_bytes", "Resident memory in bytes");
  static auto& descriptors = gauge("process_open_fds", "Open file descriptors");
  static auto& limit = gauge("process_max_fds", "Maximum number of open file descriptors");
  static auto& threads = gauge("process_threads", "Threads");
  const Stat stat = read_stat();
  cpu.Increment(std::max(cpu_seconds() - cpu.Value(), 0.0));
  resident.Set(stat.resident_bytes);
  descriptors.Set(open_descriptors());
  limit.Set(max_descriptors());
  threads.Set(stat.threads);
}

}  // namespace

void describe_process(std::string_view version) {
  gauge("build_info", "Build information; always 1", {{"version", std::string(version)}}).Set(1);
  gauge("process_start_time_seconds", "When the process started, in seconds since 1970")
      .Set(static_cast<double>(std::time(nullptr)) - seconds_since_boot() + read_stat().started_seconds);
  static const Refresh each_time(refresh);
}

}  // namespace pms::telemetry
