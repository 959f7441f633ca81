// The service's OpenAPI document describes its routes: each of them, and nothing else.
#include <gtest/gtest.h>

#include "app.hpp"
#include "patients_document.hpp"
#include "testkit/documented.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::patient {
namespace {

TEST(TheDocument, DescribesEveryRouteAndItsPermission) {
  const testkit::TemporaryFolder folder;
  config::Schema schema;
  Config config;
  config.declare(schema);
  config.database_url = "sqlite:" + (folder / "patient.db").string();
  config.events_url = "embedded:" + (folder / "events.db").string();
  runtime::Runtime runtime{runtime::Settings{.threads = 1}};
  App app(config, runtime);
  runtime.start_threads();
  const auto opened = app.open();
  runtime.stop_threads();
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(testkit::routed_operations(app.routes()), testkit::documented_operations(patients_document()));
}

}  // namespace
}  // namespace pms::patient
