// Replaces auth-service in tests of other services: signs access tokens and publishes the key.
#pragma once

#include <boost/asio/io_context.hpp>
#include <string>
#include <vector>

#include "clinic/permissions.hpp"
#include "http/server.hpp"
#include "rest/router.hpp"
#include "security/access_token.hpp"
#include "security/keys.hpp"
#include "testkit/run_task.hpp"

namespace pms::testkit {

class TokenIssuer {
 public:
  /// Starts to serve on a free port.
  TokenIssuer();
  ~TokenIssuer();

  std::string jwks_url() const;
  std::string revocations_url() const;

  /// Returns a token for a user with these roles, valid for 15 minutes.
  std::string token(clinic::Roles roles, const std::string& user_id = "01890a5d-ac96-774b-bcce-b302099a8057") const;

 private:
  security::SigningKey key_ = security::SigningKey::generate();
  TestLoop loop_;
  std::vector<boost::asio::io_context*> io_{&loop_.context()};
  rest::Router router_{"token-issuer", nullptr};
  http::Server server_;
};

}  // namespace pms::testkit
