// A forked child for tests that need a second process: one that writes too, one that is killed, one
// with fewer rights.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace pms::database {

/// Fork before the test starts threads.
class ChildProcess {
 public:
  /// `body` runs in the child, with a pipe to write to; then the child exits.
  explicit ChildProcess(const std::function<void(int out)>& body);
  ~ChildProcess();  ///< kills it if it still runs
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// The next line the child has written. False: the child has ended, and everything was read.
  bool read_line(std::string& line);
  void kill();  ///< SIGKILL

 private:
  pid_t pid_ = 0;
  int in_ = -1;
  std::string pending_;
};

/// In one piece, as far as a pipe does that: a line is there whole or not at all.
void write_line(int out, std::string_view);

}  // namespace pms::database
