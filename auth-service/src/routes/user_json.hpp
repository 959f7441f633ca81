// Converts accounts from and to JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "application/accounts.hpp"
#include "application/users.hpp"
#include "clinic/permissions.hpp"
#include "core/result.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"
#include "rest/paging.hpp"

namespace pms::auth {

std::optional<std::string> check_not_empty(std::string_view);

/// Parses {email, password, roles}.
core::Result<NewAccount> parse_new_account(std::string_view body);
/// Parses a merge patch (RFC 7396) of {roles, enabled, password}. Rejects null, because no member
/// of an account can be removed.
core::Result<AccountChange> parse_account_change(std::string_view body);

struct NewPassword {
  std::string current;
  std::string next;
};
/// Parses {currentPassword, newPassword}.
core::Result<NewPassword> parse_new_password(std::string_view body);

/// Parses a query with the optional parameters `page` and `size`.
core::Result<rest::PageRequest> parse_page_request(std::string_view query);

void write_roles(json::Writer&, clinic::Roles);
std::string to_json(const User&);
std::string to_json(const UserPage&, const rest::PageRequest&);

}  // namespace pms::auth
