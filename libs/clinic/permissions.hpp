// The only table of roles and the permissions that they grant.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

namespace pms::clinic {

enum class Role : std::uint8_t { admin, clinician, receptionist, billing, analyst, auditor };

enum class Permission : std::uint8_t {
  patient_read,
  patient_write,
  patient_delete,
  billing_read,
  billing_write,
  analytics_read,
  user_read,
  user_manage,
};

/// A set of roles or of permissions, with one bit each.
template <class Enum>
class Set {
 public:
  constexpr Set() = default;
  constexpr Set(std::initializer_list<Enum> members) {
    for (Enum member : members) add(member);
  }
  constexpr void add(Enum member) { bits_ |= 1U << static_cast<unsigned>(member); }
  constexpr void add(Set other) { bits_ |= other.bits_; }
  constexpr bool has(Enum member) const { return (bits_ & (1U << static_cast<unsigned>(member))) != 0; }
  constexpr bool has_any(Set members) const { return (bits_ & members.bits_) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr bool operator==(const Set&) const = default;

 private:
  std::uint32_t bits_ = 0;
};
using Roles = Set<Role>;
using Permissions = Set<Permission>;

std::span<const Role> all_roles();
std::span<const Permission> all_permissions();
std::string_view to_string(Role);        ///< ADMIN, CLINICIAN, …: as in tokens and the API
std::string_view to_string(Permission);  ///< patient:read, …
std::optional<Role> parse_role(std::string_view);

Permissions permissions_of(Role);
Permissions permissions_of(Roles);

}  // namespace pms::clinic
