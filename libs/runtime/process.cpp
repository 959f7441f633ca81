#include "runtime/process.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace pms::runtime {
namespace {

// gRPC's library opens descriptors while it is initialised, which is before main() and before this
// executable's own initialisers. Only the functions in .preinit_array run earlier.
[[gnu::used, gnu::section(".preinit_array")]] void (*const before_all_libraries)() = open_standard_streams;

}  // namespace

void open_standard_streams() {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
    if (::fcntl(stream, F_GETFD) != -1 || errno != EBADF) continue;
    // The lowest number that is free is this one, because those below it are open.
    if (::open("/dev/null", O_RDWR) != stream) ::_exit(1);
  }
}

void prepare_process() { std::signal(SIGXFSZ, SIG_IGN); }

bool ignores_hangup() {
  struct sigaction action{};
  return ::sigaction(SIGHUP, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace pms::runtime
