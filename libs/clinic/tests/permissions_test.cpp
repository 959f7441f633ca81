#include "clinic/permissions.hpp"

#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace pms::clinic {
namespace {

std::set<std::string> names_of(Permissions permissions) {
  std::set<std::string> names;
  for (Permission permission : all_permissions())
    if (permissions.has(permission)) names.emplace(to_string(permission));
  return names;
}

TEST(Permissions, AreWhatTheContractGivesEachRole) {
  const std::map<std::string, std::set<std::string>> contract{
      {"ADMIN",
       {"patient:read", "patient:write", "patient:delete", "billing:read", "billing:write", "analytics:read",
        "user:read", "user:manage"}},
      {"CLINICIAN", {"patient:read", "patient:write"}},
      {"RECEPTIONIST", {"patient:read", "patient:write", "billing:read"}},
      {"BILLING", {"patient:read", "billing:read", "billing:write"}},
      {"ANALYST", {"analytics:read"}},
      {"AUDITOR", {"patient:read", "billing:read", "analytics:read", "user:read"}},
  };
  std::map<std::string, std::set<std::string>> table;
  for (Role role : all_roles()) table[std::string(to_string(role))] = names_of(permissions_of(role));
  EXPECT_EQ(table, contract);
}

TEST(Permissions, OfSeveralRolesAddUp) {
  EXPECT_EQ(names_of(permissions_of(Roles{Role::clinician, Role::analyst})),
            (std::set<std::string>{"patient:read", "patient:write", "analytics:read"}));
  EXPECT_TRUE(permissions_of(Roles{}).empty());
}

TEST(Roles, AreReadExactlyAsTheyAreWritten) {
  for (Role role : all_roles()) EXPECT_EQ(parse_role(to_string(role)), role);
  EXPECT_EQ(parse_role("admin"), std::nullopt);
  EXPECT_EQ(parse_role("ROOT"), std::nullopt);
  EXPECT_EQ(parse_role(""), std::nullopt);
}

}  // namespace
}  // namespace pms::clinic
