// Declares the account administration that works without HTTP: the command line and the demo start
// use it.
#pragma once

#include <string>
#include <vector>

#include "application/accounts.hpp"
#include "config.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "domain/user.hpp"

namespace pms::auth {

// Each function opens auth-service's database and migrates it; only create_account() creates a
// database if none exists. The functions can run while the service is running, which applies their
// changes within seconds. Besides the errors that it documents, each function can fail with
// unavailable and a message of one sentence for the operator.

/// Creates the user and returns their id. Errors: invalid, which names email, password or roles;
/// conflict if another user has this e-mail.
core::Task<core::Result<std::string>> create_account(const Config&, NewAccount);

/// Returns all accounts in the order of their e-mails.
core::Task<core::Result<std::vector<User>>> list_accounts(const Config&);

/// Changes the account with this e-mail. Errors: not_found; invalid, which names password or roles;
/// conflict if the change would leave no enabled administrator.
core::Task<core::Result<>> change_account(const Config&, std::string email, AccountChange);

}  // namespace pms::auth
