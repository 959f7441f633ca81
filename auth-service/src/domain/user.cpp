#include "domain/user.hpp"

namespace pms::auth {

std::optional<std::string> check_roles(security::Roles roles) {
  if (!roles.empty()) return std::nullopt;
  return "must name at least one of ADMIN, CLINICIAN, RECEPTIONIST, BILLING, ANALYST and AUDITOR";
}

std::string join_roles(security::Roles roles) {
  std::string names;
  for (security::Role role : security::all_roles()) {
    if (!roles.has(role)) continue;
    if (!names.empty()) names += ' ';
    names += security::to_string(role);
  }
  return names;
}

security::Roles split_roles(std::string_view names) {
  security::Roles roles;
  while (!names.empty()) {
    std::size_t end = std::min(names.find(' '), names.size());
    if (auto role = security::parse_role(names.substr(0, end))) roles.add(*role);
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return roles;
}

std::optional<security::Roles> roles_named(std::span<const std::string> names) {
  security::Roles roles;
  for (const std::string& name : names) {
    const auto role = security::parse_role(name);
    if (!role) return std::nullopt;
    roles.add(*role);
  }
  return roles;
}

}  // namespace pms::auth
