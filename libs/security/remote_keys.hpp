// Keeps a TokenVerifier's keys and revocations up to date from auth-service.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "core/background_task.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "security/token_verifier.hpp"

namespace pms::security {

/// Sends a GET request and returns the body of a 200 response, within a deadline of its own. The
/// composition root supplies this function, so that security/ does not depend on HTTP.
using Fetch = std::function<core::Task<core::Result<std::string>>(std::string url)>;

struct RemoteKeysSettings {
  std::string service;          ///< for log lines and metrics
  std::string jwks_url;         ///< http://127.0.0.1:4005/.well-known/jwks.json
  std::string revocations_url;  ///< http://127.0.0.1:4105/revocations
  std::chrono::milliseconds refresh{600'000};
  std::chrono::milliseconds retry{250};  ///< interval until the first keys were fetched
  std::chrono::milliseconds unknown_key_interval{
      10'000};  ///< between two fetches for unknown key ids, or after a failure
  std::chrono::milliseconds revocation_poll{2'000};
};

/// Two background tasks, one for keys and one for revocations. While auth-service is unavailable,
/// the last keys and the last list remain in use, remote_keys_updated_timestamp_seconds does not
/// change and remote_keys_failures_total increases.
class RemoteKeys {
 public:
  struct State;
  RemoteKeys(core::TaskHost, TokenVerifier&, Fetch, RemoteKeysSettings);
  ~RemoteKeys();
  void start();
  /// Stops the tasks. It may be called from any thread. The verifier is not used after it returns.
  /// It does not wait for a fetch in progress, whose result is discarded.
  void stop();

 private:
  std::shared_ptr<State> state_;  // shared with the running coroutines
  core::BackgroundTask keys_task_;
  core::BackgroundTask revocations_task_;
};

}  // namespace pms::security
