// Declares the routes GET /accounts?patientId= and GET /accounts/{id}.
#pragma once

#include "application/find_accounts.hpp"
#include "rest/router.hpp"

namespace pms::billing {

/// Mounts the routes. The use case must outlive the router.
void mount_accounts(rest::Router&, FindAccounts&);

}  // namespace pms::billing
