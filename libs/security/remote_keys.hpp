// Keeps a TokenVerifier's keys and revocations up to date from auth-service.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>

#include "core/task.hpp"
#include "security/token.hpp"

namespace pms::security {

/// GETs a URL and returns the body of a 200; given by the composition root, so that security/ knows no HTTP.
using Fetch = std::function<core::Task<core::Result<std::string>>(std::string url)>;

struct RemoteKeysSettings {
  std::string service;          ///< for log lines and metrics
  std::string jwks_url;         ///< http://127.0.0.1:4005/.well-known/jwks.json
  std::string revocations_url;  ///< http://127.0.0.1:4105/revocations
  std::chrono::seconds refresh{600};
  std::chrono::seconds retry{1};                  ///< while there have never been keys
  std::chrono::seconds unknown_key_interval{10};  ///< at most one fetch per this for unknown key ids
  std::chrono::seconds revocation_poll{2};
};

/// Runs on one io_context from start() to stop(). Auth away: the last keys and list stay in use, and a metric says so.
class RemoteKeys {
 public:
  RemoteKeys(boost::asio::io_context&, TokenVerifier&, Fetch, RemoteKeysSettings);
  ~RemoteKeys();
  void start();
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the running coroutines
};

}  // namespace pms::security
