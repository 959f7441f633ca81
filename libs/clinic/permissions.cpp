#include "clinic/permissions.hpp"

#include <array>
#include <utility>

namespace pms::clinic {
namespace {

constexpr std::array roles{Role::admin,   Role::clinician, Role::receptionist,
                           Role::billing, Role::analyst,   Role::auditor};
constexpr std::array permissions{Permission::patient_read, Permission::patient_write, Permission::patient_delete,
                                 Permission::billing_read, Permission::billing_write, Permission::analytics_read,
                                 Permission::user_read,    Permission::user_manage};

constexpr Permissions all = [] {
  Permissions every;
  for (Permission permission : permissions) every.add(permission);
  return every;
}();

}  // namespace

std::span<const Role> all_roles() { return roles; }
std::span<const Permission> all_permissions() { return permissions; }

std::string_view to_string(Role role) {
  switch (role) {
    case Role::admin:
      return "ADMIN";
    case Role::clinician:
      return "CLINICIAN";
    case Role::receptionist:
      return "RECEPTIONIST";
    case Role::billing:
      return "BILLING";
    case Role::analyst:
      return "ANALYST";
    case Role::auditor:
      return "AUDITOR";
  }
  std::unreachable();
}

std::string_view to_string(Permission permission) {
  switch (permission) {
    case Permission::patient_read:
      return "patient:read";
    case Permission::patient_write:
      return "patient:write";
    case Permission::patient_delete:
      return "patient:delete";
    case Permission::billing_read:
      return "billing:read";
    case Permission::billing_write:
      return "billing:write";
    case Permission::analytics_read:
      return "analytics:read";
    case Permission::user_read:
      return "user:read";
    case Permission::user_manage:
      return "user:manage";
  }
  std::unreachable();
}

std::optional<Role> parse_role(std::string_view text) {
  for (Role role : roles)
    if (to_string(role) == text) return role;
  return std::nullopt;
}

Permissions permissions_of(Role role) {
  using enum Permission;
  switch (role) {
    case Role::admin:
      return all;
    case Role::clinician:
      return {patient_read, patient_write};
    case Role::receptionist:
      return {patient_read, patient_write, billing_read};
    case Role::billing:
      return {patient_read, billing_read, billing_write};
    case Role::analyst:
      return {analytics_read};
    case Role::auditor:
      return {patient_read, billing_read, analytics_read, user_read};
  }
  std::unreachable();
}

Permissions permissions_of(Roles held) {
  Permissions sum;
  for (Role role : roles)
    if (held.has(role)) sum.add(permissions_of(role));
  return sum;
}

}  // namespace pms::clinic
