// A service that is opened but never started, to inspect what it would serve.
#pragma once

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "runtime/runtime.hpp"
#include "testkit/services/documented.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::testkit {

/// Returns the default configuration, with its files in this folder.
template <class App>
typename App::Config config_in(const TemporaryFolder& folder) {
  config::Schema schema;
  typename App::Config config;
  config.declare(schema);
  config.database_url = "sqlite:" + (folder / "service.db").string();
  if constexpr (requires { config.events; }) config.events.url = "embedded:" + (folder / "events.db").string();
  return config;
}

/// Returns routed_operations() of the service's routes for clients.
template <class App>
std::vector<std::string> operations_of() {
  const TemporaryFolder folder;
  runtime::Runtime runtime{runtime::Settings{.threads = 1}};
  App app(config_in<App>(folder), runtime);
  runtime.start_threads();
  const auto opened = app.open();
  runtime.stop_threads();
  EXPECT_TRUE(opened) << opened.error().message;
  return opened ? routed_operations(app.routes()) : std::vector<std::string>();
}

}  // namespace pms::testkit
