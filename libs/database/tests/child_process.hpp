// A forked child for tests that need a second process: one that writes too, one that is killed, one
// with fewer rights.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace pms::database {

/// A child process. Create it before the test starts threads.
class ChildProcess {
 public:
  /// Forks. `body` runs in the child, with a pipe to write to; then the child exits.
  explicit ChildProcess(const std::function<void(int out)>& body);
  ~ChildProcess();  ///< kills the child if it is still running
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Reads the next line that the child has written. Returns false if the child has ended and
  /// everything was read.
  bool read_line(std::string& line);
  void kill();  ///< SIGKILL

 private:
  pid_t pid_ = 0;
  int in_ = -1;
  std::string pending_;
};

/// Writes the line in one write, so that the reader gets the whole line or nothing (as far as a
/// pipe guarantees that).
void write_line(int out, std::string_view);

}  // namespace pms::database
