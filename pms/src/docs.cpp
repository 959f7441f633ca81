#include <string>

#include "commands.hpp"
#include "core/result.hpp"
#include "documents/documents.hpp"

namespace pms {

int print_document(const std::string& name) {
  const core::Result<std::string> document = name == "permissions" ? permissions_document() : configuration_document();
  if (!document) {
    fmt::print(stderr, "pms: {}\n", document.error().message);
    return 1;
  }
  fmt::print("{}", *document);
  return 0;
}

}  // namespace pms
