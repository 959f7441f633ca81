#include "core/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace pms::core {

void contract_broken(const char* contract, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken contract: %s\n", file, line, contract);
  std::abort();
}

}  // namespace pms::core
