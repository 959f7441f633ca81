// GET /accounts?patientId= and GET /accounts/{id}.
#pragma once

#include "application/find_accounts.hpp"
#include "rest/router.hpp"

namespace pms::billing {

/// The use case outlives the router.
void mount_accounts(rest::Router&, FindAccounts&);

}  // namespace pms::billing
