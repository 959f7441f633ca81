#include "application/user_administration.hpp"

#include <expected>

#include "clinic/person_rules.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/violations.hpp"
#include "security/password_rule.hpp"

namespace pms::auth {
namespace {

core::Result<> check(const NewAccount& account) {
  core::Violations wrong;
  wrong.add("email", clinic::check_email(account.email));
  if (account.check_password) wrong.add("password", security::check_new_password(account.password));
  wrong.add("roles", check_roles(account.roles));
  return wrong.result();
}

core::Result<> check(const AccountChange& wanted) {
  core::Violations wrong;
  if (wanted.password) wrong.add("password", security::check_new_password(*wanted.password));
  if (wanted.roles) wrong.add("roles", check_roles(*wanted.roles));
  return wrong.result();
}

}  // namespace

UserAdministration::UserAdministration(Users& users, security::PasswordHasher& hasher, const core::Clock& clock,
                                       core::IdGenerator& ids, security::RevocationList& revoked)
    : users_(users), hasher_(hasher), clock_(clock), ids_(ids), revoked_(revoked) {}

core::Task<core::Result<User>> UserAdministration::create(NewAccount account, Deadline deadline) {
  if (auto right = check(account); !right) co_return std::unexpected(right.error());
  auto hash = co_await hasher_.hash(std::move(account.password));
  if (!hash) co_return std::unexpected(hash.error());
  core::Timestamp now = clock_.now();
  User user{.id = ids_.next(),
            .email = std::move(account.email),
            .password_hash = std::move(*hash),
            .roles = account.roles,
            .enabled = true,
            .version = 1,
            .created_at = now,
            .updated_at = now};
  if (auto added = co_await users_.add(user, deadline); !added) co_return std::unexpected(added.error());
  co_return user;
}

core::Task<core::Result<User>> UserAdministration::change(std::string id, AccountChange wanted, Deadline deadline) {
  if (auto right = check(wanted); !right) co_return std::unexpected(right.error());
  if (!wanted.roles && !wanted.enabled && !wanted.password) co_return co_await find(std::move(id), deadline);
  UserChange change{.roles = wanted.roles, .enabled = wanted.enabled, .password_hash = {}};
  if (wanted.password) {
    auto hash = co_await hasher_.hash(std::move(*wanted.password));
    if (!hash) co_return std::unexpected(hash.error());
    change.password_hash = std::move(*hash);
  }
  auto user = co_await users_.change(std::move(id), std::move(change), clock_.now(), deadline);
  if (user) void_tokens_of(*user);
  co_return user;
}

core::Task<core::Result<>> UserAdministration::remove(std::string id, Deadline deadline) {
  auto user = co_await users_.remove(std::move(id), clock_.now(), deadline);
  if (!user) co_return std::unexpected(user.error());
  void_tokens_of(*user);
  co_return core::Result<>{};
}

core::Task<core::Result<User>> UserAdministration::find(std::string id, Deadline deadline) {
  auto user = co_await users_.find_by_id(std::move(id), deadline);
  if (!user) co_return std::unexpected(user.error());
  if (!*user) co_return core::fail(core::Errc::not_found, "no such user");
  co_return std::move(**user);
}

void UserAdministration::void_tokens_of(const User& user) {
  revoked_.add({.kind = security::Revocation::Kind::user,
                .id = user.id,
                .version = user.version,
                .expires_at = clock_.now() + max_access_token_lifetime});
}

}  // namespace pms::auth
