#include "runtime/process.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "testkit/temporary_folder.hpp"

namespace pms::runtime {
namespace {

bool is_the_null_device(int descriptor) {
  struct stat null{};
  struct stat opened{};
  return ::stat("/dev/null", &null) == 0 && ::fstat(descriptor, &opened) == 0 && opened.st_rdev == null.st_rdev;
}

/// Closes and opens the standard streams. Its exit code says what it found.
[[noreturn]] void open_all_streams() {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) ::close(stream);
  open_standard_streams();
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream)
    if (!is_the_null_device(stream)) std::_Exit(10 + stream);
  std::_Exit(0);
}

TEST(StandardStreams, AreTheNullDeviceIfTheyWereClosed) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(open_all_streams(), testing::ExitedWithCode(0), "");
}

/// Closes and opens only stdout.
[[noreturn]] void open_only_stdout() {
  ::close(STDOUT_FILENO);
  open_standard_streams();
  const bool right =
      !is_the_null_device(STDERR_FILENO) && is_the_null_device(STDOUT_FILENO) && ::fcntl(STDIN_FILENO, F_GETFD) != -1;
  std::_Exit(right ? 0 : 1);
}

TEST(StandardStreams, StayAsTheyAreIfTheyAreOpen) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(open_only_stdout(), testing::ExitedWithCode(0), "");
}

/// Writes more than a file may have. Exits with the error of write().
[[noreturn]] void write_too_much(const std::string& path) {
  prepare_process();
  const rlimit limit{.rlim_cur = 10, .rlim_max = 10};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  const std::string text(20, 'x');
  ssize_t written = ::write(file, text.data(), text.size());
  if (written > 0) written = ::write(file, text.data(), text.size());
  std::_Exit(written == -1 ? errno : 0);
}

TEST(PrepareProcess, MakesAFileSizeLimitAnErrorOfTheWrite) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const testkit::TemporaryFolder folder;
  EXPECT_EXIT(write_too_much(folder / "file"), testing::ExitedWithCode(EFBIG), "");
}

}  // namespace
}  // namespace pms::runtime
