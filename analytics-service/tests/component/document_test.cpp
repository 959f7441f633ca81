// Tests that the service's OpenAPI document describes all of its routes and no others.
#include <gtest/gtest.h>

#include "analytics_document.hpp"
#include "app.hpp"
#include "testkit/services/opened_service.hpp"

namespace pms::analytics {
namespace {

TEST(TheDocument, DescribesEveryRouteAndItsPermission) {
  EXPECT_EQ(testkit::operations_of<App>(), testkit::documented_operations(analytics_document()));
}

}  // namespace
}  // namespace pms::analytics
