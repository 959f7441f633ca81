#include "domain/user.hpp"

#include <algorithm>
#include <cstddef>

namespace pms::auth {

std::optional<std::string> check_roles(clinic::Roles roles) {
  if (!roles.empty()) return std::nullopt;
  return "must name at least one of ADMIN, CLINICIAN, RECEPTIONIST, BILLING, ANALYST and AUDITOR";
}

std::string join_roles(clinic::Roles roles) {
  std::string names;
  for (clinic::Role role : clinic::all_roles()) {
    if (!roles.has(role)) continue;
    if (!names.empty()) names += ' ';
    names += clinic::to_string(role);
  }
  return names;
}

clinic::Roles split_roles(std::string_view names) {
  clinic::Roles roles;
  while (!names.empty()) {
    std::size_t end = std::min(names.find(' '), names.size());
    if (auto role = clinic::parse_role(names.substr(0, end))) roles.add(*role);
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return roles;
}

std::optional<clinic::Roles> roles_named(std::span<const std::string> names) {
  clinic::Roles roles;
  for (const std::string& name : names) {
    const auto role = clinic::parse_role(name);
    if (!role) return std::nullopt;
    roles.add(*role);
  }
  return roles;
}

}  // namespace pms::auth
