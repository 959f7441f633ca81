// What an operator does with accounts outside of HTTP: the command line and the demo start.
#pragma once

#include <string>
#include <vector>

#include "application/accounts.hpp"
#include "config.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "domain/user.hpp"

namespace pms::auth {

// Each opens auth-service's database, migrating it; only create_account makes one where there is none. The service may
// run meanwhile: it heeds what happens here within seconds. Error besides what they name: unavailable, one sentence for
// the operator.

/// Makes the user and returns their id. Errors: invalid naming email, password or roles; conflict when the e-mail is
/// taken.
core::Task<core::Result<std::string>> create_account(const Config&, NewAccount);

/// All of them, by e-mail.
core::Task<core::Result<std::vector<User>>> list_accounts(const Config&);

/// Errors: not_found; invalid naming password or roles; conflict when nobody would be left who administers.
core::Task<core::Result<>> change_account(const Config&, std::string email, AccountChange);

}  // namespace pms::auth
