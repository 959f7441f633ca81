// Keeps a TokenVerifier's keys and revocations up to date from auth-service.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "core/result.hpp"
#include "core/task.hpp"
#include "security/token.hpp"

namespace pms::security {

/// GETs a URL and returns the body of a 200, within a deadline of its own; given by the composition root, so that
/// security/ knows no HTTP.
using Fetch = std::function<core::Task<core::Result<std::string>>(std::string url)>;

struct RemoteKeysSettings {
  std::string service;          ///< for log lines and metrics
  std::string jwks_url;         ///< http://127.0.0.1:4005/.well-known/jwks.json
  std::string revocations_url;  ///< http://127.0.0.1:4105/revocations
  std::chrono::milliseconds refresh{600'000};
  std::chrono::milliseconds retry{250};  ///< while there have never been keys
  std::chrono::milliseconds unknown_key_interval{
      10'000};  ///< between two fetches for unknown key ids, or after a failure
  std::chrono::milliseconds revocation_poll{2'000};
};

/// Runs on one io_context, which outlives it, from start() to stop(). Auth away: the last keys and list stay in use;
/// the metric remote_keys_updated_timestamp_seconds stands still and remote_keys_failures_total counts.
class RemoteKeys {
 public:
  struct State;
  RemoteKeys(boost::asio::io_context&, TokenVerifier&, Fetch, RemoteKeysSettings);
  ~RemoteKeys();
  void start();
  /// From any thread; the verifier is not touched after it returns.
  void stop();

 private:
  std::shared_ptr<State> state_;  // shared with the running coroutines
};

}  // namespace pms::security
