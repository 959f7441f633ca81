// GET /accounts?patientId= and GET /accounts/{id}.
#pragma once

#include "application/find_accounts.hpp"
#include "http/router.hpp"

namespace pms::billing {

/// The use case outlives the router.
void mount_accounts(http::Router&, FindAccounts&);

}  // namespace pms::billing
