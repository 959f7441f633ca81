#include "application/user_administration.hpp"

#include "core/rules.hpp"

namespace pms::auth {
namespace {

core::Result<> check(const NewAccount& account) {
  std::vector<core::FieldError> wrong;
  auto note = [&wrong](std::string field, std::optional<std::string> message) {
    if (message) wrong.push_back({std::move(field), std::move(*message)});
  };
  note("email", core::check_email(account.email));
  if (account.check_password) note("password", security::check_new_password(account.password));
  note("roles", check_roles(account.roles));
  if (wrong.empty()) return {};
  return std::unexpected(core::Error{
      .code = core::Errc::invalid, .message = "the account can not be made as given", .fields = std::move(wrong)});
}

}  // namespace

UserAdministration::UserAdministration(Users& users, security::PasswordHasher& hasher, const core::Clock& clock,
                                       core::IdGenerator& ids)
    : users_(users), hasher_(hasher), clock_(clock), ids_(ids) {}

core::Task<core::Result<std::string>> UserAdministration::create(NewAccount account, Deadline deadline) {
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
  std::string id = user.id;
  if (auto added = co_await users_.add(std::move(user), deadline); !added) co_return std::unexpected(added.error());
  co_return id;
}

}  // namespace pms::auth
