// Tests that the service's OpenAPI document describes all of its routes and no others.
#include <gtest/gtest.h>

#include "app.hpp"
#include "billing_document.hpp"
#include "testkit/services/opened_service.hpp"

namespace pms::billing {
namespace {

TEST(TheDocument, DescribesEveryRouteAndItsPermission) {
  EXPECT_EQ(testkit::operations_of<App>(), testkit::documented_operations(billing_document()));
}

}  // namespace
}  // namespace pms::billing
