#include "child_process.hpp"

#include <array>
#include <cstddef>
#include <fcntl.h>
#include <signal.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace pms::database {

ChildProcess::ChildProcess(const std::function<void(int out)>& body) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("fork");
  if (pid_ == 0) {
    close(ends[0]);
    body(ends[1]);
    _exit(0);
  }
  close(ends[1]);
  in_ = ends[0];
}

ChildProcess::~ChildProcess() {
  kill();
  close(in_);
}

bool ChildProcess::read_line(std::string& line) {
  while (true) {
    if (const auto end = pending_.find('\n'); end != std::string::npos) {
      line = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      return true;
    }
    std::array<char, 4'096> bytes{};
    const ssize_t size = read(in_, bytes.data(), bytes.size());
    if (size <= 0) return false;
    pending_.append(bytes.data(), static_cast<std::size_t>(size));
  }
}

void ChildProcess::kill() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

void write_line(int out, std::string_view line) {
  std::string bytes(line);
  bytes += '\n';
  if (write(out, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) _exit(1);
}

}  // namespace pms::database
