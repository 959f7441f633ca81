// Tests that the service's OpenAPI document describes all of its routes and no others.
#include <gtest/gtest.h>

#include "app.hpp"
#include "auth_document.hpp"
#include "testkit/services/opened_service.hpp"

namespace pms::auth {
namespace {

TEST(TheDocument, DescribesEveryRouteAndItsPermission) {
  EXPECT_EQ(testkit::operations_of<App>(), testkit::documented_operations(auth_document()));
}

}  // namespace
}  // namespace pms::auth
