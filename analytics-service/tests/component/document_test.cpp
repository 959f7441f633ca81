// The service's OpenAPI document describes its routes: each of them, and nothing else.
#include <gtest/gtest.h>

#include "analytics_document.hpp"
#include "app.hpp"
#include "testkit/documented.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::analytics {
namespace {

TEST(TheDocument, DescribesEveryRouteAndItsPermission) {
  const testkit::TemporaryFolder folder;
  config::Schema schema;
  Config config;
  config.declare(schema);
  config.database_url = "sqlite:" + (folder / "analytics.db").string();
  config.events_url = "embedded:" + (folder / "events.db").string();
  runtime::Runtime runtime{runtime::Settings{.threads = 1}};
  App app(config, runtime);
  runtime.start_threads();
  const auto opened = app.open();
  runtime.stop_threads();
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(testkit::routed_operations(app.routes()), testkit::documented_operations(analytics_document()));
}

}  // namespace
}  // namespace pms::analytics
