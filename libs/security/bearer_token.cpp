#include "security/bearer_token.hpp"

#include <algorithm>
#include <strings.h>

namespace pms::security {

std::string_view bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (authorization.size() < scheme.size()) return {};
  if (strncasecmp(authorization.data(), scheme.data(), scheme.size()) != 0) return {};
  authorization.remove_prefix(scheme.size());
  authorization.remove_prefix(std::min(authorization.find_first_not_of(' '), authorization.size()));
  return authorization;
}

}  // namespace pms::security
